//! The tables, one schema for every backend.
#![expect(missing_docs, reason = "the migrations describe the tables")]

diesel::table! {
    workspaces (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        fingerprint_key -> Binary,
        last_change -> BigInt,
    }
}

diesel::table! {
    fields (workspace_id, key) {
        workspace_id -> BigInt,
        key -> Text,
        name -> Text,
        kind -> Text,
        options -> Text,
        rule -> Text,
        position -> Integer,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        version -> Integer,
        first_name -> Text,
        last_name -> Text,
        phone -> Text,
        email -> Text,
        country -> Text,
        language -> Text,
        custom -> Text,
        id_print -> BigInt,
        phone_print -> Nullable<BigInt>,
        email_print -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        phone_by -> Nullable<BigInt>,
        email_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    tags (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        folded -> Text,
        created_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    contact_tags (workspace_id, contact_id, tag_id) {
        workspace_id -> BigInt,
        contact_id -> BigInt,
        tag_id -> BigInt,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        state -> Text,
        reason -> Nullable<Text>,
        idempotency_key -> Nullable<Text>,
        request_digest -> Binary,
        file_name -> Text,
        file_size -> BigInt,
        file_digest -> Text,
        signature -> Nullable<Text>,
        language -> Text,
        description -> Text,
        uploaded_by -> Text,
        uploaded_by_id -> Text,
        created_at -> BigInt,
        received_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        row_count -> BigInt,
        batch_count -> Nullable<Integer>,
        commit_digest -> Nullable<Text>,
        to_apply -> BigInt,
        applied -> BigInt,
        new_count -> BigInt,
        updated_count -> BigInt,
        unchanged_count -> BigInt,
        skipped_count -> BigInt,
        error_count -> BigInt,
        bytes_received -> BigInt,
        errors_by_code -> Text,
        file_tags -> Text,
        undo -> Nullable<Text>,
        created -> Text,
    }
}

diesel::table! {
    import_batches (workspace_id, import_id, number) {
        workspace_id -> BigInt,
        import_id -> BigInt,
        number -> Integer,
        digest -> Binary,
        payload -> Binary,
        first_row -> BigInt,
        last_row -> BigInt,
        row_count -> BigInt,
        to_apply -> BigInt,
        outcome -> Nullable<Binary>,
        planned -> Text,
        kept -> Nullable<Binary>,
    }
}

diesel::table! {
    jobs (workspace_id, import_id) {
        workspace_id -> BigInt,
        import_id -> BigInt,
        next_batch -> Integer,
        attempts -> Integer,
        queued_at -> BigInt,
        kind -> Text,
        paused -> Bool,
        fence -> BigInt,
        leased_by -> Text,
        leased_until -> BigInt,
        not_before -> BigInt,
        turn_at -> BigInt,
        taken_over -> Bool,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        at -> BigInt,
        who -> Text,
        action -> Text,
        import_id -> Nullable<BigInt>,
        things -> BigInt,
    }
}

diesel::table! {
    recipes (workspace_id, signature) {
        workspace_id -> BigInt,
        signature -> Text,
        recipe -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    changes (workspace_id, step) {
        workspace_id -> BigInt,
        step -> BigInt,
        at -> BigInt,
        import_id -> Nullable<BigInt>,
        number -> Nullable<Integer>,
        contact_id -> Nullable<BigInt>,
        body -> Nullable<Binary>,
    }
}

diesel::table! {
    webhook_outbox (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        at -> BigInt,
        body -> Text,
        taken -> Text,
        attempts -> Integer,
        leased_until -> BigInt,
        not_before -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(contact_tags, tags);
diesel::allow_tables_to_appear_in_same_query!(imports, jobs);
