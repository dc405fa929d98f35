//! The tables. Private to [`super`]: no other file can name a whole table, so no other file can forget whose rows it
//! reads.

diesel::table! {
    organisations (id) {
        id -> Text,
        name -> Text,
        contact_name -> Text,
        contact_email -> Text,
        concerns_route -> Text,
        created_at -> Timestamp,
        remembered_list -> Nullable<Text>,
    }
}

diesel::table! {
    frameworks (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        key -> Text,
        version -> BigInt,
        content -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rounds (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        title -> Text,
        framework_id -> Text,
        policy -> Text,
        rater_groups -> Text,
        state -> Text,
        closes_at -> Timestamp,
        created_at -> Timestamp,
        launched_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        promised -> Nullable<Text>,
        people_erased_at -> Nullable<Timestamp>,
        answers_destroyed_at -> Nullable<Timestamp>,
        reminded_at -> Nullable<Timestamp>,
        launches_at -> Nullable<Timestamp>,
        advisers_promised -> Bool,
        emails -> Nullable<Text>,
        revision -> BigInt,
    }
}

diesel::table! {
    round_keys (organisation_id, round_id) {
        organisation_id -> Text,
        round_id -> Text,
        public -> Binary,
        sealed_private -> Binary,
        sealed_draft_salt -> Nullable<Binary>,
    }
}

diesel::table! {
    reviews (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        round_id -> Text,
        subject_name -> Text,
        subject_email -> Text,
        subject_role -> Text,
        facilitator_name -> Text,
        facilitator_email -> Text,
        progress -> Text,
        progress_at -> Nullable<Timestamp>,
        agreed_digest -> Nullable<Text>,
        warned -> BigInt,
    }
}

diesel::table! {
    advisers (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        review_id -> Text,
        name -> Text,
        email -> Text,
    }
}

diesel::table! {
    raters (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        round_id -> Text,
        review_id -> Text,
        name -> Text,
        email -> Text,
        group_id -> Text,
        asked -> Text,
        asked_again -> Bool,
    }
}

diesel::table! {
    invitations (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        round_id -> Text,
        review_id -> Text,
        rater_id -> Text,
        used -> Bool,
        declined -> Bool,
        withdrawn -> Bool,
        receipt_sent -> Bool,
        delivery -> Text,
        delivery_reason -> Nullable<Text>,
    }
}

diesel::table! {
    links (hash) {
        hash -> Binary,
        organisation_id -> Text,
        invitation_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    spent_links (hash) {
        hash -> Binary,
        organisation_id -> Text,
        round_id -> Text,
        review_id -> Text,
        outcome -> Text,
    }
}

diesel::table! {
    drafts (organisation_id, invitation_id) {
        organisation_id -> Text,
        invitation_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    ballots (organisation_id, review_id, id) {
        organisation_id -> Text,
        review_id -> Text,
        id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    bundles (organisation_id, review_id) {
        organisation_id -> Text,
        review_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    bundle_keys (organisation_id, review_id) {
        organisation_id -> Text,
        review_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    results (organisation_id, review_id) {
        organisation_id -> Text,
        review_id -> Text,
        document -> Text,
        sha256 -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    redactions (organisation_id, review_id, comment_id) {
        organisation_id -> Text,
        review_id -> Text,
        comment_id -> Text,
        reason -> Text,
        actor -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    quality_reports (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        framework_id -> Text,
        document -> Text,
        sha256 -> Text,
        created_at -> Timestamp,
        deleted_reviews -> BigInt,
    }
}

diesel::table! {
    quality_report_reviews (organisation_id, review_id) {
        organisation_id -> Text,
        review_id -> Text,
        report_id -> Text,
    }
}

diesel::table! {
    turnouts (organisation_id, review_id) {
        organisation_id -> Text,
        review_id -> Text,
        invited -> Text,
        responded -> BigInt,
    }
}

diesel::table! {
    progress_snapshots (organisation_id, round_id) {
        organisation_id -> Text,
        round_id -> Text,
        counted_at -> Timestamp,
        responded -> Text,
    }
}

diesel::table! {
    owed_cleanups (organisation_id, round_id, kind) {
        organisation_id -> Text,
        round_id -> Text,
        kind -> Text,
    }
}

diesel::table! {
    accounts (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        email -> Text,
        name -> Text,
        administrator -> Bool,
        created_at -> Timestamp,
        invited_at -> Nullable<Timestamp>,
        signed_in_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        passkey_only -> Bool,
    }
}

diesel::table! {
    sessions (hash) {
        hash -> Binary,
        organisation_id -> Text,
        account_id -> Text,
        id -> Text,
        way -> Text,
        state -> Text,
        begun_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    visits (hash) {
        hash -> Binary,
        state -> Text,
        begun_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_codes (id) {
        id -> Text,
        email -> Text,
        mac -> Nullable<Binary>,
        tries -> BigInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    passkeys (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        account_id -> Text,
        hash -> Binary,
        name -> Text,
        credential -> Text,
        added_at -> Timestamp,
        opens_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    uploads (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        account_id -> Text,
        review_id -> Text,
        sealed -> Binary,
        made_at -> Timestamp,
    }
}

diesel::table! {
    personal_tokens (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        account_id -> Text,
        hash -> Binary,
        name -> Text,
        role -> Text,
        scopes -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    account_addresses (organisation_id, id) {
        organisation_id -> Text,
        id -> Text,
        account_id -> Text,
        email -> Text,
        tries -> BigInt,
        added_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    identity_providers (organisation_id) {
        organisation_id -> Text,
        issuer -> Text,
        client_id -> Text,
        sealed_secret -> Binary,
        label -> Text,
        hosted_domain -> Nullable<Text>,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    provider_domains (organisation_id, domain) {
        organisation_id -> Text,
        domain -> Text,
    }
}

diesel::table! {
    identities (organisation_id, issuer, subject) {
        organisation_id -> Text,
        issuer -> Text,
        subject -> Text,
        account_id -> Text,
        opens_at -> Timestamp,
        added_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    clients (id) {
        id -> Text,
        organisation_id -> Text,
        name -> Text,
        scopes -> Text,
        secret_hash -> Binary,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        organisation_id -> Text,
        kind -> Text,
        payload -> Text,
        dedupe -> Nullable<Text>,
        state -> Text,
        run_at -> Timestamp,
        attempts -> BigInt,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    audit_log (organisation_id, at, id) {
        organisation_id -> Text,
        id -> Text,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        target -> Text,
        detail -> Text,
    }
}

diesel::table! {
    idempotency_keys (organisation_id, key_hash) {
        organisation_id -> Text,
        key_hash -> Text,
        fingerprint -> Text,
        status -> Nullable<Integer>,
        content_type -> Nullable<Text>,
        body -> Nullable<Text>,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Text,
        public -> Binary,
        sealed_private -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    key_check (id) {
        id -> Integer,
        sealed -> Binary,
    }
}

diesel::table! {
    clock_looks (id) {
        id -> Integer,
        looked_at -> Timestamp,
        boot -> Nullable<Text>,
        running_seconds -> Nullable<BigInt>,
        confirmations -> BigInt,
    }
}

diesel::table! {
    set_up_addresses (hash) {
        hash -> Binary,
        expires_at -> Timestamp,
        spent_at -> Nullable<Timestamp>,
        form_hash -> Nullable<Binary>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    organisations,
    rounds,
    round_keys,
    reviews,
    advisers,
    raters,
    invitations,
    links,
    drafts,
    bundles,
    bundle_keys,
    quality_report_reviews
);
