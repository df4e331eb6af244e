use muster_core::field::Identifier;
use muster_core::identity::{fields_hash, fingerprint};
use muster_core::wire::{Bounds, MatchAnswer, MatchRequest, ValuesAnswer, ValuesRequest};
use muster_tests::App;

const BOUNDS: Bounds = Bounds {
    bytes: 1 << 20,
    items: 1_000,
};

#[test]
fn finds_copies_hashes_and_values() {
    let app = App::start();
    let token = super::owner("acme");
    let twice = "Phone,First,Last\n+60123456789,Aisyah,\n+60123456789,Aisyah,Rahman\n+60123456780,Ben,Tan\n";
    let _ = super::import(&app, &token, "add_all", twice);
    let key = app.workspace(&token).key;
    let mut phones = ["+60123456789", "+60123456780", "+60123450000"]
        .map(|phone| fingerprint(&key, Identifier::Phone, phone));
    let wanted = phones[0];
    phones.sort_unstable();
    let request = MatchRequest {
        fields: vec!["first_name".into(), "last_name".into()],
        prints: [
            vec![fingerprint(&key, Identifier::ContactId, "3")],
            phones.to_vec(),
            vec![],
        ],
    };
    let answer = app.call(&token, "POST", "/contacts/match", &request.encode());
    let answer = MatchAnswer::decode(&answer.body, BOUNDS).unwrap();
    assert_eq!(
        answer
            .contacts
            .iter()
            .map(|contact| contact.id)
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(answer.found[0], [(0, 2)]);
    let position = phones.iter().position(|print| *print == wanted).unwrap() as u32;
    let copies: Vec<u32> = answer.found[1]
        .iter()
        .filter(|found| found.0 == position)
        .map(|found| found.1)
        .collect();
    assert_eq!(copies, [0, 1]);
    assert_eq!(answer.found[1].len(), 3);
    // An empty field takes part in the hash.
    assert_eq!(
        answer.contacts[0].hash,
        fields_hash(&answer.hash_key, ["Aisyah", ""])
    );
    assert_eq!(
        answer.contacts[1].hash,
        fields_hash(&answer.hash_key, ["Aisyah", "Rahman"])
    );

    let request = ValuesRequest {
        fields: vec!["last_name".into(), "phone".into()],
        ids: vec![2, 77, u64::MAX],
    };
    let answer = app.call(&token, "POST", "/contacts/values", &request.encode());
    let answer = ValuesAnswer::decode(&answer.body, BOUNDS).unwrap();
    assert_eq!(answer.contacts.len(), 1);
    assert_eq!(
        (answer.contacts[0].id, answer.contacts[0].values.clone()),
        (2, vec!["Rahman".into(), "+60123456789".into()])
    );
}

#[test]
fn refuses_what_is_no_request() {
    let app = App::start();
    let token = super::owner("acme");
    let check = |path: &str, body: &[u8], status: u16, code: &str| {
        let _ = app.call(&token, "POST", path, body).refused(status, code);
    };
    let unknown = MatchRequest {
        fields: vec!["nope".into()],
        prints: Default::default(),
    };
    let tags = ValuesRequest {
        fields: vec!["tags".into()],
        ids: vec![],
    };
    let many = MatchRequest {
        fields: vec![],
        prints: [(0..50_001).collect(), vec![], vec![]],
    };
    let mut damaged = unknown.encode();
    damaged.pop();
    check("/contacts/match", b"", 400, "bad_request");
    check("/contacts/match", b"nonsense", 400, "bad_request");
    check("/contacts/match", &damaged, 400, "bad_request");
    check("/contacts/match", &tags.encode(), 400, "bad_request");
    check("/contacts/match", &unknown.encode(), 409, "fields_changed");
    check("/contacts/values", &tags.encode(), 409, "fields_changed");
    check("/contacts/match", &many.encode(), 413, "too_large");
    check("/contacts/match", &vec![0; (1 << 20) + 1], 413, "too_large");
}

#[test]
fn does_not_unpack_bodies() {
    let app = App::start();
    let bearer = format!("Bearer {}", super::owner("acme"));
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-encoding", "gzip"),
    ];
    let _ = app
        .send("POST", "/api/v1/contacts/match", &headers, b"x")
        .refused(415, "encoding_unsupported");
}
