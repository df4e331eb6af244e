use muster_core::field::Identifier;
use muster_core::identity::{fields_hash, fingerprint};
use muster_core::wire::{
    Asked, Bounds, CompareAnswer, CompareRequest, Compared, MatchAnswer, MatchRequest,
    ValuesAnswer, ValuesRequest, prefix,
};
use muster_tests::{App, Import};

const BOUNDS: Bounds = Bounds {
    bytes: 1 << 20,
    items: 1_000,
};

#[test]
fn finds_copies_and_values() {
    let app = App::start();
    let token = super::owner("acme");
    let twice = "Phone,First,Last\n+60123456789,Aisyah,\n+60123456789,Aisyah,Rahman\n+60123456780,Ben,Tan\n";
    let _ = super::import(&app, &token, "add_all", twice);
    let key = app.workspace(&token).key;
    let mut phones = ["+60123456789", "+60123456780", "+60123450000"]
        .map(|phone| fingerprint(&key, Identifier::Phone, phone));
    let wanted = phones[0];
    phones.sort_unstable();
    let id = fingerprint(&key, Identifier::ContactId, "3");
    let request = MatchRequest {
        prefixes: [vec![prefix(id)], phones.map(prefix).to_vec(), vec![]],
    };
    let answer = app.call(&token, "POST", "/contacts/match", &request.encode());
    let answer = MatchAnswer::decode(&answer.body, BOUNDS).unwrap();
    let ids: Vec<u64> = answer.contacts.iter().map(|contact| contact.id).collect();
    assert_eq!(ids, [1, 2, 3]);
    let holders = |kind: usize| {
        let holders = answer.found[kind].iter();
        holders.map(|holder| (holder.asked, holder.rest, holder.contact))
    };
    assert!(holders(0).eq([(0, id as u32, 2)]));
    let position = phones.iter().position(|print| *print == wanted).unwrap() as u32;
    let copies = holders(1).filter(|(asked, ..)| *asked == position);
    assert!(copies.eq([(position, wanted as u32, 0), (position, wanted as u32, 1)]));
    assert_eq!(holders(1).count(), 3);

    let request = ValuesRequest {
        fields: vec!["last_name".into(), "phone".into()],
        ids: vec![2, 77, u64::MAX],
    };
    let answer = app.call(&token, "POST", "/contacts/values", &request.encode());
    let answer = ValuesAnswer::decode(&answer.body, BOUNDS).unwrap();
    let ids: Vec<u64> = answer.contacts.iter().map(|contact| contact.id).collect();
    let values: Vec<Vec<&str>> = answer
        .values
        .iter()
        .map(|values| values.iter().collect())
        .collect();
    assert_eq!(
        (ids, values),
        (vec![2], vec![vec!["Rahman"], vec!["+60123456789"]])
    );
}

/// What is known of three phones at once: nobody has one, one contact has another and somebody shares its address,
/// one contact has the last.
#[test]
fn compares_contacts_under_the_asked_fields() {
    let app = App::start();
    let token = super::owner("acme");
    let csv = "Phone,First,Email\n+60123456781,Ann,a@x.my\n+60123456782,Ben,b@x.my\n+60123456783,Cat,b@x.my\n\
        +60123456784,Dee,\n+60123456784,Dee,\n";
    let mut description = super::names("add_all");
    description["columns"][2]["field"] = "email".into();
    let _ = Import::plan(&app, &token, csv, description).run();
    let key = app.workspace(&token).key;
    let print = |phone: &str| fingerprint(&key, Identifier::Phone, phone);
    let check = |phone: &str, mask: u32| {
        let request = CompareRequest {
            fields: ["phone", "first_name", "last_name", "email"]
                .map(String::from)
                .to_vec(),
            masks: vec![vec![0, 1], vec![0, 2, 3]],
            asked: [
                vec![],
                vec![Asked {
                    prefix: prefix(print(phone)),
                    mask,
                }],
                vec![],
            ],
        };
        let answer = app.call(&token, "POST", "/contacts/match", &request.encode());
        let answer = CompareAnswer::decode(&answer.body, BOUNDS).unwrap();
        (answer.found[1][0], answer.hash_key)
    };
    let (one, hash_key) = check("+60123456781", 0);
    let Compared::One(one) = one else {
        panic!("{one:?}")
    };
    assert_eq!((one.found.id, one.found.version), (1, 1));
    let hash = fields_hash(&hash_key, print("+60123456781"), ["+60123456781", "Ann"]);
    assert_eq!(one.hash, hash);
    // An empty field takes part in the hash; each answer has a key of its own.
    let (one, other_key) = check("+60123456781", 1);
    let Compared::One(one) = one else {
        panic!("{one:?}")
    };
    let values = ["+60123456781", "", "a@x.my"];
    assert_eq!(
        one.hash,
        fields_hash(&other_key, print("+60123456781"), values)
    );
    assert_ne!(hash_key, other_key);
    // Somebody else's address matters where addresses are compared.
    assert!(matches!(check("+60123456782", 0).0, Compared::One(_)));
    assert_eq!(check("+60123456782", 1).0, Compared::Unclear);
    assert_eq!(check("+60123456784", 0).0, Compared::Unclear);
    assert_eq!(check("+60123456785", 0).0, Compared::Nobody);
}

#[test]
fn refuses_what_is_no_request() {
    let app = App::start();
    let token = super::owner("acme");
    let check = |path: &str, body: &[u8], status: u16, code: &str| {
        let _ = app.call(&token, "POST", path, body).refused(status, code);
    };
    let unknown = CompareRequest {
        fields: vec!["Nope!".into()],
        ..CompareRequest::default()
    };
    let tags = ValuesRequest {
        fields: vec!["tags".into()],
        ids: vec![],
    };
    let many = MatchRequest {
        prefixes: [(0..50_001).collect(), vec![], vec![]],
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
