use muster_tests::App;

#[test]
fn keeps_unknown_workspaces_out_where_they_are_not_created() {
    let app = App::with(|config| config.create_workspaces = false);
    let token = super::owner("acme");
    let _ = app.get(&token, "/workspace").refused(403, "forbidden");
    assert_eq!(app.number("SELECT count(*) AS n FROM workspaces"), 0);
}

#[test]
fn finds_nobody_elses_contacts_by_fingerprint_or_id() {
    let app = App::start();
    let (ours, theirs) = (super::owner("ours"), super::owner("theirs"));
    let _ = super::import(
        &app,
        &theirs,
        "add",
        "Phone,First,Last\n+60123456789,Canary,Sparrow\n",
    );
    let contact = app.number("SELECT id AS n FROM contacts");
    use muster_core::field::Identifier::{ContactId, Phone};
    use muster_core::identity::fingerprint;
    use muster_core::wire::{
        Bounds, MatchAnswer, MatchRequest, ValuesAnswer, ValuesRequest, prefix,
    };
    let key = app.workspace(&theirs).key;
    let bounds = Bounds {
        bytes: 1 << 20,
        items: 100,
    };
    let request = MatchRequest {
        prefixes: [
            vec![prefix(fingerprint(&key, ContactId, &contact.to_string()))],
            vec![prefix(fingerprint(&key, Phone, "+60123456789"))],
            vec![],
        ],
    };
    let found = |token: &str| {
        let answer = app.call(token, "POST", "/contacts/match", &request.encode());
        MatchAnswer::decode(&answer.body, bounds)
            .unwrap()
            .contacts
            .len()
    };
    assert_eq!((found(&theirs), found(&ours)), (1, 0));
    let request = ValuesRequest {
        fields: vec!["first_name".into()],
        ids: vec![contact.cast_unsigned()],
    };
    let held = |token: &str| {
        let answer = app.call(token, "POST", "/contacts/values", &request.encode());
        ValuesAnswer::decode(&answer.body, bounds)
            .unwrap()
            .contacts
            .len()
    };
    assert_eq!((held(&theirs), held(&ours)), (1, 0));
}
