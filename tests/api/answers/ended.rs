//! What may be done about a committed import.

use muster_tests::App;

use super::{Caller, plan};

/// Where nobody works, imports stay where they are put.
pub(super) fn control() {
    let app = App::with(|config| config.job_workers = 0);
    let token = crate::owner("acme");
    let owner = Caller::new(&app, "owner");
    let import = plan(&app, &token, 1).open().upload();
    let path = format!("/imports/{}", import.id);
    let post = |status: u16, what: &str, code: &str| {
        let body = if what == "undo" { "{}" } else { "" };
        let answer = owner.expect(status, "POST", &format!("{path}/{what}"), body);
        if status >= 400 {
            let _ = answer.refused(status, code);
        }
    };
    let read = |status: u16, code: &str| {
        let answer = owner.expect(status, "GET", &format!("{path}/undo.csv"), "");
        let _ = answer.refused(status, code);
    };
    post(409, "stop", "import_uploading");
    post(409, "undo", "import_uploading");
    read(409, "import_uploading");
    let _ = import.commit().ok(202);
    post(409, "undo", "import_running");
    read(409, "import_running");
    post(200, "stop", "");
    post(409, "continue", "not_failed");
    post(409, "undo", "nothing_applied");
    read(409, "not_undone");
    let other = owner.expect(
        422,
        "POST",
        &format!("{path}/undo"),
        r#"{"fields":["plan"]}"#,
    );
    let _ = other.refused(422, "undo_invalid");

    // As if it had failed after its batch.
    app.execute("UPDATE imports SET state = 'failed', reason = 'batch_failed'");
    app.execute("UPDATE import_batches SET outcome = payload");
    post(409, "stop", "import_ended");
    post(202, "undo", "");
    let other = owner.expect(
        409,
        "POST",
        &format!("{path}/undo"),
        r#"{"fields":["phone"]}"#,
    );
    let _ = other.refused(409, "undo_running");
    read(409, "undo_running");
    post(409, "continue", "undo_running");
    app.execute("DELETE FROM jobs");
    app.execute("UPDATE import_batches SET outcome = NULL");
    post(202, "continue", "");
    post(200, "stop", "");
    app.execute("UPDATE imports SET finished_at = finished_at - 700000000");
    post(410, "undo", "results_expired");
    post(410, "continue", "results_expired");
    read(410, "results_expired");
    app.execute(
        "UPDATE imports SET state = 'failed', finished_at = 9999999999999, batch_count = NULL",
    );
    read(409, "nothing_applied");
}

pub(super) fn undo() {
    let app = App::start();
    let token = crate::owner("acme");
    let owner = Caller::new(&app, "owner");
    let ended = plan(&app, &token, 1).run();
    let path = format!("/imports/{}", ended.0["id"]);
    let _ = owner.expect(202, "POST", &format!("{path}/undo"), "{}");
    let _ = crate::until_undone(&app, &token, &ended.0["id"]);
    let _ = owner.expect(200, "GET", &format!("{path}/undo.csv"), "");
    let _ = owner.expect(200, "GET", &format!("{path}/events"), "");
}
