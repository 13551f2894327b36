//! The metrics of what must not end while the process lives.

use event_log::TaskStatus;

use super::{Reading, number};

pub(super) fn readings(task: &TaskStatus) -> [Reading; 2] {
    [
        Reading::gauge(
            "task_running",
            "1 while a task runs, 0 while it waits to be restarted",
            f64::from(u8::from(task.is_running)),
        )
        .with("task", task.name.clone()),
        Reading::counter(
            "task_restarts",
            "How often a task was restarted after it ended",
            number(task.restarts),
        )
        .with("task", task.name.clone()),
    ]
}
