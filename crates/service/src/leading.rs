//! Runs something in one of several processes.

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Runs a task while this process leads, until `stop` is cancelled. Whenever the lead is lost the task is stopped, and it is started
/// again when this process leads again.
///
/// For a moment two processes may run it, because one that loses its connection notices later than the others: the task must bear that.
pub(crate) async fn while_leading<F>(
    mut leadership: watch::Receiver<bool>,
    stop: CancellationToken,
    task: impl Fn(CancellationToken) -> F,
) where
    F: Future<Output = ()>,
{
    while !stop.is_cancelled() {
        if stop
            .run_until_cancelled(wait_for(&mut leadership, true))
            .await
            .is_none()
        {
            return;
        }
        let stop_task = stop.child_token();
        let running = task(stop_task.clone());
        tokio::pin!(running);
        tokio::select! {
            () = &mut running => {
                if !stop.is_cancelled() {
                    // It must not return by itself, and its supervisor has to know.
                    return;
                }
            }
            () = wait_for(&mut leadership, false) => {
                stop_task.cancel();
                running.await;
            }
        }
    }
}

/// Waits until this process leads, or does not.
async fn wait_for(leadership: &mut watch::Receiver<bool>, leads: bool) {
    // Its sender is gone: it stays as it is.
    if leadership
        .wait_for(|is_leader| *is_leader == leads)
        .await
        .is_err()
        && *leadership.borrow() != leads
    {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn task_runs_while_this_process_leads() {
        let (leads, leadership) = watch::channel(false);
        let (started, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let stop = CancellationToken::new();
        let counted = (Arc::clone(&started), Arc::clone(&ended));
        let running = tokio::spawn(while_leading(leadership, stop.clone(), move |stop| {
            let (started, ended) = counted.clone();
            async move {
                started.fetch_add(1, Ordering::SeqCst);
                stop.cancelled().await;
                ended.fetch_add(1, Ordering::SeqCst);
            }
        }));
        let both = || (started.load(Ordering::SeqCst), ended.load(Ordering::SeqCst));
        let settle = || async {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        };
        settle().await;
        assert_eq!(both(), (0, 0));
        for (is_leader, expected) in [(true, (1, 0)), (false, (1, 1)), (true, (2, 1))] {
            leads.send_replace(is_leader);
            settle().await;
            assert_eq!(both(), expected);
        }
        stop.cancel();
        running.await.unwrap();
        assert_eq!(both(), (2, 2));
    }

    #[tokio::test]
    async fn with_a_file_every_process_leads() {
        let leadership = watch::Sender::new(true).subscribe();
        let stop = CancellationToken::new();
        stop.cancel();
        while_leading(leadership, stop, |_| async {}).await;
    }
}
