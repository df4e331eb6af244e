//! The deadline of a connection. The web framework waits for ever on a reader that does not read, and on the head of a
//! second request: here each connection is watched, and cut when its time is up.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use bytes::Bytes;
use futures_util::future::{Either, select};
use socket2::{SockRef, Socket};
use tokio::sync::oneshot;

/// How often it is looked whether the time is up.
const GLANCE: Duration = Duration::from_millis(500);
/// No deadline.
const NEVER: u64 = u64::MAX;

/// When a connection is cut.
pub struct Watch {
    begun: Instant,
    /// Milliseconds after that.
    end: AtomicU64,
    /// Tells the watcher that the connection is gone.
    _alive: oneshot::Sender<()>,
}

impl Watch {
    /// Gives the connection so much time from now on.
    fn allow(&self, time: Duration) {
        let end = (self.begun.elapsed() + time).as_millis();
        self.end
            .store(u64::try_from(end).unwrap_or(NEVER), Ordering::Relaxed);
    }

    /// A request is being answered, which has bounds of its own.
    pub fn suspend(&self) {
        self.end.store(NEVER, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let passed = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(NEVER);
        passed >= self.end.load(Ordering::Relaxed)
    }
}

/// Begins to watch a connection: the head of its first request has this much time.
pub fn watch(connection: &dyn Any, extensions: &mut Extensions, head: Duration) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    let socket = match SockRef::from(stream).try_clone() {
        Ok(socket) => socket,
        Err(cause) => {
            tracing::warn!(%cause, "a connection can't be watched");
            return;
        }
    };
    let (alive, gone) = oneshot::channel();
    let watch = Arc::new(Watch {
        begun: Instant::now(),
        end: AtomicU64::new(NEVER),
        _alive: alive,
    });
    // The framework answers a slow first head with 408; this is for when that is not read, either.
    watch.allow(head + Duration::from_secs(1));
    let weak = Arc::downgrade(&watch);
    extensions.insert(watch);
    actix_web::rt::spawn(async move {
        let mut gone = gone;
        loop {
            let glance = Box::pin(actix_web::rt::time::sleep(GLANCE));
            match select(gone, glance).await {
                Either::Left(_) => return,
                Either::Right((_, again)) => gone = again,
            }
            match weak.upgrade() {
                Some(watch) if watch.is_over() => break,
                Some(_) => {}
                None => return,
            }
        }
        cut(&socket);
    });
}

/// Ends a connection at once: what was not read is not kept for later.
fn cut(socket: &Socket) {
    let ended = socket
        .set_linger(Some(Duration::ZERO))
        .and_then(|()| socket.shutdown(std::net::Shutdown::Both));
    match ended {
        Ok(()) => tracing::info!("a connection was cut: its time was up"),
        Err(cause) => tracing::debug!(%cause, "a connection was gone before it was cut"),
    }
}

/// How slowly an answer may be read.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Time for every answer.
    pub time: Duration,
    /// Bytes a second, from which it has more.
    pub slowest: u64,
}

/// A body that keeps its connection's deadline: the more was sent, the later.
pub struct Paced {
    body: BoxBody,
    watch: Option<Arc<Watch>>,
    pace: Pace,
    begun: Instant,
    sent: u64,
}

impl Paced {
    /// The body of an answer on this connection.
    pub fn new(body: BoxBody, watch: Option<Arc<Watch>>, pace: Pace) -> Self {
        let paced = Self {
            body,
            watch,
            pace,
            begun: Instant::now(),
            sent: 0,
        };
        paced.tell();
        paced
    }

    fn tell(&self) {
        let Some(watch) = &self.watch else { return };
        let earned =
            Duration::from_millis(self.sent.saturating_mul(1_000) / self.pace.slowest.max(1));
        let allowed = self.pace.time + earned;
        watch.allow(allowed.saturating_sub(self.begun.elapsed()));
    }
}

impl MessageBody for Paced {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_next(context);
        if let Poll::Ready(Some(Ok(part))) = &polled {
            self.sent += part.len() as u64;
            self.tell();
        }
        polled
    }
}
