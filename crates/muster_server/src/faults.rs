//! Planned deaths, for tests: compiled only with the feature `faults`. The process ends as if the power went, before a
//! statement, before an answer, or whenever it applies a certain batch.

#[cfg(feature = "faults")]
mod planned {
    use std::sync::atomic::{AtomicU64, Ordering};

    use diesel::connection::{Instrumentation, InstrumentationEvent};

    /// Steps that are left to live; 0 is for ever.
    static LEFT: AtomicU64 = AtomicU64::new(0);

    /// Names the batch that kills whoever applies it.
    const BATCH: &str = "MUSTER_FAULT_BATCH";

    struct Steps;

    impl Instrumentation for Steps {
        fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                super::step();
            }
        }
    }

    pub(super) fn watch(connection: &mut impl diesel::Connection) {
        connection.set_instrumentation(Steps);
    }

    pub(super) fn die_at(step: u64) {
        LEFT.store(step, Ordering::SeqCst);
    }

    pub(super) fn step() {
        let counted = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        if counted == Ok(1) {
            std::process::abort();
        }
    }

    pub(super) fn batch(number: i32) {
        if std::env::var(BATCH).is_ok_and(|planned| planned == number.to_string()) {
            std::process::abort();
        }
    }
}

/// Counts the connection's statements as steps.
pub(crate) fn watch(connection: &mut impl diesel::Connection) {
    #[cfg(feature = "faults")]
    planned::watch(connection);
    #[cfg(not(feature = "faults"))]
    let _ = connection;
}

/// A request may say at which step from now on the process is to die; 0 is never.
pub(crate) fn read(request: &actix_web::dev::ServiceRequest) {
    #[cfg(feature = "faults")]
    if let Some(step) = request.headers().get("x-die-at-step") {
        planned::die_at(
            step.to_str()
                .ok()
                .and_then(|step| step.parse().ok())
                .unwrap_or(0),
        );
    }
    #[cfg(not(feature = "faults"))]
    let _ = request;
}

/// A step that is no statement.
pub(crate) fn step() {
    #[cfg(feature = "faults")]
    planned::step();
}

/// A batch is about to be applied.
pub(crate) fn batch(number: i32) {
    #[cfg(feature = "faults")]
    planned::batch(number);
    #[cfg(not(feature = "faults"))]
    let _ = number;
}
