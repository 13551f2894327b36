//! A wait for the turn of something that has arrived.

use std::io;

#[cfg(not(unix))]
pub(super) use self::other::Turn;
#[cfg(unix)]
pub(super) use self::unix::Turn;

#[cfg(unix)]
mod unix {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixStream;

    use super::io;

    /// A connection to itself. What arrives there is read in its turn, after what has arrived before on any other connection.
    pub(in crate::overload) struct Turn {
        sender: UnixStream,
        receiver: UnixStream,
    }

    impl Turn {
        pub(in crate::overload) fn new() -> io::Result<Self> {
            let (sender, receiver) = UnixStream::pair()?;
            Ok(Self { sender, receiver })
        }

        pub(in crate::overload) async fn wait(&mut self) -> io::Result<()> {
            self.sender.write_u8(0).await?;
            // Room for more than there is: what remains of a full read would be looked for at once, and not in its turn.
            self.receiver.read(&mut [0; 2]).await.map(drop)
        }
    }
}

#[cfg(not(unix))]
mod other {
    use super::io;

    /// A place in the queue of the runtime, which is the part of the wait that can be seen here.
    pub(in crate::overload) struct Turn;

    impl Turn {
        pub(in crate::overload) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::overload) async fn wait(&mut self) -> io::Result<()> {
            tokio::task::yield_now().await;
            Ok(())
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use futures::FutureExt;

    use super::Turn;

    #[tokio::test]
    async fn every_wait_takes_its_turn() {
        let mut turn = Turn::new().unwrap();
        turn.wait().await.unwrap();
        for _ in 0..3 {
            let mut next = std::pin::pin!(turn.wait());
            assert!((&mut next).now_or_never().is_none(), "it was found at once");
            next.await.unwrap();
        }
    }
}
