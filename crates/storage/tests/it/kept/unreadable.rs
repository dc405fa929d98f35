//! One row that somebody else has spoilt, or that another program has written: everything else goes on.

use candour_domain::{Adviser, AdviserId, Assurance, AuditEventId, Email, JobId, RoundState, Visibility};
use candour_storage::jobs::{self, JobState};
use candour_storage::{
    Check, PageRequest, accounts, advisers, audit_log, frameworks, invitations, organisations, raters, reviews, rounds,
    turnouts,
};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at, bytes};
use crate::examination::{PLANTED, found};
use crate::trust::{Trust, person};

on_both_engines! {
    what_was_accepted_once_is_read_whatever_today_s_rules_say,
    a_row_that_cannot_be_read_is_left_out_and_counted,
    work_that_cannot_be_read_is_given_up_and_stops_no_other,
    a_domain_is_found_as_it_was_written_before,
}

fn what_was_accepted_once_is_read_whatever_today_s_rules_say(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let look = database.raw()?;
    for (table, columns) in [
        ("raters", "email = 'i\u{307}pek' || id || '@trust.example', name = 'An\u{200b}n', group_id = 'Other staff'"),
        (
            "reviews",
            "subject_email = 'i\u{307}' || id || '@trust.example', subject_name = '', facilitator_email = 'nobody', \
             subject_role = 'a\u{202e}b'",
        ),
        ("accounts", "email = 'i\u{307}' || id || '@trust.example', name = 'An\u{200b}n'"),
        ("organisations", "contact_email = 'oz@192.168.0.1', contact_name = '', name = 'a\u{202e}b'"),
        (
            "rounds",
            "title = 'CEO \u{202e}weiver', rater_groups = replace(rater_groups, 'Trustees', 'Trus\u{200b}tees')",
        ),
        ("frameworks", "content = replace(content, '\"title\":\"', '\"title\":\"\u{202e}')"),
    ] {
        assert!(look.change(&format!("UPDATE {table} SET {columns}"))? > 0, "{table}");
    }
    let listed =
        database.read(trust.organisation, move |tenant| raters::list(tenant, trust.review, &PageRequest::default()))?;
    assert_eq!((listed.items.len(), listed.unreadable), (2, 0));
    let first = &listed.items[0].rater;
    assert!(first.person.email.as_str().starts_with("i\u{307}pek"), "as it is stored");
    assert_eq!((first.person.name.as_str(), first.group.as_str()), ("An\u{200b}n", "Other staff"));
    assert!(first.person.refused_today().is_some());
    database.read(trust.organisation, move |tenant| {
        assert_eq!(raters::on_list(tenant, trust.review)?.len(), 2);
        assert_eq!(raters::in_round(tenant, trust.round)?.len(), 2);
        assert_eq!(invitations::addressed(tenant, &[trust.pending.1, trust.answered.1])?.len(), 2);
        assert_eq!(turnouts::responded(tenant, trust.review)?.len(), 1);
        assert!(
            reviews::find(tenant, trust.review)?.is_some_and(|review| review.facilitator.email.as_str() == "nobody")
        );
        assert_eq!(accounts::administrators(tenant)?.len(), 1);
        assert!(
            frameworks::find(tenant, trust.framework)?
                .is_some_and(|framework| framework.title().starts_with('\u{202e}'))
        );
        assert!(
            rounds::find(tenant, trust.round)?.is_some_and(|round| round.record().title.starts_with("CEO \u{202e}"))
        );
        assert_eq!(organisations::get(tenant)?.contact.email.as_str(), "oz@192.168.0.1");
        Ok(())
    })?;
    assert!(database.read_system(move |system| invitations::behind_link(system, &trust.link_hash(2)))?.is_some());
    // Each rater, subject, facilitator, account and contact.
    let counts = found(&database)?;
    assert!(matches!(counts.as_slice(), [PLANTED, (Check::UnusableAddresses, 10..)]), "{counts:?}");
    Ok(())
}

/// Ids, states and documents that are none: nobody takes such from outside.
fn a_row_that_cannot_be_read_is_left_out_and_counted(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let look = database.raw()?;
    let (round, review, other) = (trust.round, trust.review, trust.unreported());
    let copied = [
        format!(
            "INSERT INTO raters SELECT organisation_id, 'no-id', round_id, review_id, name, 'zoe@trust.uk', group_id, \
             asked, asked_again FROM raters WHERE id = '{}'",
            trust.waiting()
        ),
        format!("UPDATE raters SET asked = 'tomorrow' WHERE id = '{}'", trust.pending.0),
        format!("UPDATE invitations SET delivery = 'by hand' WHERE id = '{}'", trust.pending.1),
        format!("UPDATE reviews SET progress = 'unheard of' WHERE id = '{review}'"),
        format!("UPDATE rounds SET policy = '?' WHERE id = '{}'", trust.archived_round()),
        "UPDATE audit_log SET detail = '?'".to_owned(),
    ];
    for change in copied {
        assert_eq!(look.change(&change)?, 1, "{change}");
    }
    let listed =
        database.read(trust.organisation, move |tenant| raters::list(tenant, review, &PageRequest::default()))?;
    assert_eq!((listed.items.len(), listed.unreadable), (1, 1));
    // A page that ends with it goes on after it.
    let (mut seen, mut request) = (0, PageRequest::parse(Some("1"), None)?);
    while let page = database.read(trust.organisation, move |tenant| raters::list(tenant, review, &request))?
        && seen < 10
    {
        seen += page.items.len();
        let Some(next) = page.next else { break };
        request = request.after(next);
    }
    assert_eq!(seen, 1);
    database.read(trust.organisation, move |tenant| {
        assert_eq!((raters::on_list(tenant, review)?.len(), raters::on_list(tenant, other)?.len()), (1, 1));
        assert_eq!(
            raters::in_round(tenant, round)?.len(),
            2,
            "their addresses can be read, and how they were asked does not matter here"
        );
        assert!(raters::addresses(tenant, other)?.contains(&Email::stored("zoe@trust.uk")), "nobody is asked twice");
        assert_eq!(invitations::outstanding(tenant, round)?.len(), 1);
        assert_eq!(reviews::all(tenant, round)?.len(), 3, "what is to be counted is never left out");
        assert_eq!(reviews::every(tenant)?.len(), 5);
        let rounds = rounds::list(tenant, &Visibility::Trust, &PageRequest::default())?;
        assert_eq!(rounds.unreadable, 1);
        assert!(rounds.items.iter().any(|round| round.state() == RoundState::Open));
        let log = audit_log::list(tenant, &PageRequest::default())?;
        assert_eq!((log.items.len(), log.unreadable), (0, 1));
        assert_eq!(audit_log::list(tenant, &PageRequest::default())?.next, None);
        Ok(())
    })?;
    let event = trust.event(AuditEventId::from_random(bytes(1, 90)));
    database.write(trust.organisation, move |tenant| audit_log::append(tenant, &event))?;
    // Who waits is agreed to as far as they were on the list.
    let agreed = database.write(trust.organisation, move |tenant| raters::agree(tenant, other))?;
    assert_eq!(agreed.iter().map(|rater| rater.id).collect::<Vec<_>>(), [trust.waiting()]);
    let counts = found(&database)?;
    assert!(counts.contains(&(Check::UnreadableRows, 5)), "{counts:?}");
    Ok(())
}

fn work_that_cannot_be_read_is_given_up_and_stops_no_other(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let look = database.raw()?;
    look.change(&format!("UPDATE jobs SET payload = '?' WHERE id = '{}'", trust.waiting_job))?;
    let claimed = database.write_system(|system| jobs::claim(system, at(100_000_000), at(100_000_060), 10))?;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<JobId>>(), [trust.running_job()]);
    let again = database.write_system(|system| jobs::claim(system, at(100_000_030), at(100_000_090), 10))?;
    assert_eq!(again, [], "it is not taken for ever");
    let listed = database.read(trust.organisation, |tenant| {
        jobs::list(tenant, Some(JobState::FailedForGood), &[], &PageRequest::default())
    })?;
    assert_eq!((listed.items.len(), listed.unreadable), (1, 1));
    assert_eq!(found(&database)?, [PLANTED, (Check::UnreadableRows, 1)]);
    Ok(())
}

/// Domains were once kept as they were written.
fn a_domain_is_found_as_it_was_written_before(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let look = database.raw()?;
    look.change(&format!(
        "UPDATE reviews SET facilitator_email = 'pat@m\u{fc}ller.example', subject_email = 'jo@m\u{fc}ller.example' \
         WHERE id = '{}'",
        trust.review
    ))?;
    look.change(&format!("UPDATE accounts SET email = 'pat@m\u{fc}ller.example' WHERE id = '{}'", trust.account))?;
    let pat_advises =
        Adviser { id: AdviserId::from_random(bytes(1, 95)), person: person("Pat", "pat@müller.example")? };
    let other = trust.reported();
    database.write(trust.organisation, move |tenant| advisers::insert(tenant, other, &pat_advises))?;
    let standing = database.read_system(move |system| accounts::standing(system, trust.organisation, trust.account))?;
    assert!(standing.is_some_and(|(_, standing)| standing.facilitator && standing.adviser && !standing.subject));
    let (pat, jo) = (Email::parse("pat@m\u{fc}ller.example")?, Email::parse("jo@xn--mller-kva.example")?);
    database.read(trust.organisation, move |tenant| {
        let review = reviews::find(tenant, trust.review)?;
        assert!(review.is_some_and(|review| review.is_facilitated_by(&pat) && review.is_about(&jo)));
        assert_eq!(
            reviews::list(
                tenant,
                trust.round,
                &Visibility::Facilitated(pat.clone(), Assurance::Proven),
                &PageRequest::default()
            )?
            .items
            .len(),
            1
        );
        assert_eq!(
            rounds::list(tenant, &Visibility::Facilitated(pat.clone(), Assurance::Proven), &PageRequest::default())?
                .items
                .len(),
            1
        );
        assert_eq!(accounts::find_by_email(tenant, &pat)?.map(|account| account.id), Some(trust.account));
        Ok(())
    })?;
    Ok(())
}
