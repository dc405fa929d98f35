//! Lists in pages: complete and without repeats, whatever comes and goes meanwhile.

use candour_domain::{
    Assurance, AuditEventId, Email, Framework, FrameworkId, JobId, RaterId, ReviewId, RoundId, Visibility,
};
use candour_storage::jobs::JobState;
use candour_storage::page::{Cursor, InvalidPage};
use candour_storage::{Page, PageRequest, StorageError, Tenant, audit_log, frameworks, jobs, raters, reviews, rounds};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Failure, Tested, at, bytes};
use crate::trust::{self, Trust, content};

/// Every page of a list, three rows at a time, with something happening after each.
fn walk<T: Send + 'static>(
    database: &Database,
    trust: Trust,
    list: impl Fn(&mut Tenant<'_>, &PageRequest) -> Result<Page<T>, StorageError> + Copy + Send + 'static,
    mut meanwhile: impl FnMut(u16) -> Tested,
) -> Result<Vec<T>, Failure> {
    let mut request = PageRequest::parse(Some("3"), None)?;
    let mut rows = Vec::new();
    for page in 0..100 {
        let Page { items, next, unreadable } =
            database.read(trust.organisation, move |tenant| list(tenant, &request))?;
        assert_eq!(unreadable, 0);
        assert!(items.len() == 3 || (next.is_none() && items.len() < 3), "only the last page is short");
        rows.extend(items);
        let Some(next) = next else { return Ok(rows) };
        // As it comes back from a caller.
        request = PageRequest::parse(Some("3"), Some(&next.to_string()))?;
        meanwhile(page)?;
    }
    Err("the list does not end".into())
}

/// What was there from the beginning came once and in order; what came later may be among it.
fn complete<I: Copy + PartialEq + std::fmt::Debug>(walked: &[I], there_before: &[I]) {
    let kept: Vec<_> = walked.iter().copied().filter(|id| there_before.contains(id)).collect();
    assert_eq!(kept, there_before);
    for (place, id) in walked.iter().enumerate() {
        assert!(!walked.iter().take(place).any(|earlier| earlier == id), "{id:?} came twice");
    }
}

/// Newest first; several rows of the same time are in the order of their ids, backwards.
fn newest_first<I: Copy + Ord>(rows: &mut [(i64, I)]) -> Vec<I> {
    rows.sort();
    rows.iter().rev().map(|(_, id)| *id).collect()
}

on_both_engines! {
    rounds,
    frameworks,
    the_audit_log,
    reviews,
    raters_even_when_the_last_one_seen_is_deleted,
    jobs,
    a_full_last_page_says_that_it_is_the_last,
    a_request_that_cannot_be_read_is_told_which_part,
}

fn rounds(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let add = |number: u16, time| {
        let round = trust::round(&trust, RoundId::from_random(bytes(4, number)), |record| record.created_at = at(time));
        let id = round.id();
        let review = trust::review(&trust, id, ReviewId::from_random(bytes(4, number)), "subject@trust.org.uk")?;
        database.write(trust.organisation, move |tenant| {
            rounds::insert(tenant, &round)?;
            reviews::insert(tenant, &review)
        })?;
        Ok::<_, Failure>(id)
    };
    let mut there = vec![(1, trust.round), (1, trust.draft_round)];
    for number in 0..17 {
        // Times with no, three and six digits; each for several rounds.
        let time = [0, 500_000, 500_001][usize::from(number % 3)];
        there.push((time, add(number, time)?));
    }
    let there = newest_first(&mut there);
    let meanwhile = |page: u16| {
        add(100 + 2 * page, 900_000)?;
        add(101 + 2 * page, 0)?;
        Ok(())
    };
    let all = walk(&database, trust, |tenant, page| rounds::list(tenant, &Visibility::Trust, page), meanwhile)?;
    complete(&all.iter().map(candour_domain::Round::id).collect::<Vec<_>>(), &there);

    let facilitator = |tenant: &mut Tenant<'_>, page: &PageRequest| {
        let email =
            Email::parse("facilitator@trust.org.uk").map_err(|error| StorageError::Database(error.to_string()))?;
        rounds::list(tenant, &Visibility::Facilitated(email.clone(), Assurance::Proven), page)
    };
    let theirs = walk(&database, trust, facilitator, |page| add(200 + page, 0).map(|_| ()))?;
    complete(&theirs.iter().map(candour_domain::Round::id).collect::<Vec<_>>(), &there);
    Ok(())
}

fn frameworks(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let add = |number: u16, time| {
        let id = FrameworkId::from_random(bytes(4, number));
        let framework = Framework::new(id, trust.organisation, u32::from(number) + 2, content("leaders")?);
        database.write(trust.organisation, move |tenant| frameworks::insert(tenant, &framework, at(time)))?;
        Ok::<_, Failure>(id)
    };
    let mut there = vec![(1, trust.framework)];
    for number in 0..11 {
        let time = i64::from(number % 2) * 500_000;
        there.push((time, add(number, time)?));
    }
    let there = newest_first(&mut there);
    let all = walk(&database, trust, frameworks::list, |page| {
        add(100 + 2 * page, 900_000)?;
        add(101 + 2 * page, 0)?;
        Ok(())
    })?;
    complete(&all.iter().map(|framework| framework.id).collect::<Vec<_>>(), &there);
    Ok(())
}

fn the_audit_log(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let add = |number: u16, time| {
        let mut event = trust.event(AuditEventId::from_random(bytes(4, number)));
        event.at = at(time);
        let id = event.id;
        database.write(trust.organisation, move |tenant| audit_log::append(tenant, &event))?;
        Ok::<_, Failure>(id)
    };
    let mut there = vec![(2, trust.logged())];
    for number in 0..14 {
        there.push((7, add(number, 7)?));
    }
    let there = newest_first(&mut there);
    let all = walk(&database, trust, audit_log::list, |page| {
        add(100 + 2 * page, 900_000)?;
        add(101 + 2 * page, 7)?;
        Ok(())
    })?;
    complete(&all.iter().map(|event| event.id).collect::<Vec<_>>(), &there);
    Ok(())
}

fn reviews(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let add = |number: u16| {
        let id = ReviewId::from_random(bytes(4, number));
        let review = trust::review(&trust, trust.draft_round, id, &format!("subject{number}@trust.org.uk"))?;
        database.write(trust.organisation, move |tenant| reviews::insert(tenant, &review))?;
        Ok::<_, Failure>(id)
    };
    let mut there = vec![trust.draft_review];
    for number in 0..13 {
        there.push(add(number)?);
    }
    there.sort();
    let all = move |tenant: &mut Tenant<'_>, page: &PageRequest| {
        reviews::list(tenant, trust.draft_round, &Visibility::Trust, page)
    };
    let seen = walk(&database, trust, all, |page| add(100 + page).map(|_| ()))?;
    complete(&seen.iter().map(|review| review.id).collect::<Vec<_>>(), &there);
    let theirs = move |tenant: &mut Tenant<'_>, page: &PageRequest| {
        let email =
            Email::parse("facilitator@trust.org.uk").map_err(|error| StorageError::Database(error.to_string()))?;
        reviews::list(tenant, trust.draft_round, &Visibility::Facilitated(email.clone(), Assurance::Proven), page)
    };
    let seen = walk(&database, trust, theirs, |page| add(200 + page).map(|_| ()))?;
    complete(&seen.iter().map(|review| review.id).collect::<Vec<_>>(), &there);
    Ok(())
}

fn raters_even_when_the_last_one_seen_is_deleted(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let add = |number: u16| {
        let id = RaterId::from_random(bytes(4, number));
        let rater =
            trust::rater(&trust, (trust.draft_round, trust.draft_review, id), &format!("rater{number}@trust.org.uk"))?;
        database.write(trust.organisation, move |tenant| raters::insert(tenant, &rater))?;
        Ok::<_, Failure>(id)
    };
    let mut there = vec![trust.uninvited];
    for number in 0..16 {
        there.push(add(number)?);
    }
    there.sort();
    let list = move |tenant: &mut Tenant<'_>, page: &PageRequest| raters::list(tenant, trust.draft_review, page);
    let all = walk(&database, trust, list, |page| {
        add(100 + page)?;
        let seen = there.get(usize::from(page)).copied().ok_or("there are more pages than raters")?;
        database.write(trust.organisation, move |tenant| raters::delete(tenant, seen))?;
        Ok(())
    })?;
    complete(&all.iter().map(|listed| listed.rater.id).collect::<Vec<_>>(), &there);
    Ok(())
}

fn jobs(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let add = |number: u16| {
        let job = trust.job(JobId::from_random(bytes(4, number)), None);
        let id = job.id;
        database.write(trust.organisation, move |tenant| jobs::enqueue(tenant, &job))?;
        Ok::<_, Failure>(id)
    };
    let mut there = vec![trust.waiting_job];
    for number in 0..12 {
        there.push(add(number)?);
    }
    there.sort();
    let waiting = |tenant: &mut Tenant<'_>, page: &PageRequest| jobs::list(tenant, Some(JobState::Waiting), &[], page);
    let seen = walk(&database, trust, waiting, |page| add(100 + page).map(|_| ()))?;
    complete(&seen.iter().map(|job| job.id).collect::<Vec<_>>(), &there);
    there.push(trust.dead_job);
    there.sort();
    let seen =
        walk(&database, trust, |tenant, page| jobs::list(tenant, None, &[], page), |page| add(200 + page).map(|_| ()))?;
    complete(&seen.iter().map(|job| job.id).collect::<Vec<_>>(), &there);
    Ok(())
}

fn a_full_last_page_says_that_it_is_the_last(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for (limit, expected) in [("1", 1), ("2", 2), ("200", 2)] {
        let request = PageRequest::parse(Some(limit), None)?;
        let page = database.read(trust.organisation, move |tenant| raters::list(tenant, trust.review, &request))?;
        assert_eq!((page.items.len(), page.next.is_some()), (expected, expected == 1), "{limit}");
    }
    Ok(())
}

fn a_request_that_cannot_be_read_is_told_which_part(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let request = PageRequest::parse(Some("1"), None)?;
    let cursor = database
        .read(trust.organisation, move |tenant| raters::list(tenant, trust.review, &request))?
        .next
        .ok_or("one page")?;
    let text = cursor.to_string();
    assert_eq!(text.parse::<Cursor>(), Ok(cursor));
    assert_eq!(PageRequest::parse(Some("7"), Some(&text)), Ok(PageRequest::parse(Some("7"), None)?.after(cursor)));
    assert!(
        !text.contains('=') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'),
        "fit for an address"
    );

    for limit in ["0", "201", "-1", "", "3.0", " 3", "three", "99999999999999999999"] {
        assert_eq!(PageRequest::parse(Some(limit), Some("not a cursor")), Err(InvalidPage::Limit), "{limit}");
    }
    for after in [
        "",
        "x",
        "not a cursor",
        &text[1..],
        &format!("{text}A"),
        &format!("{text}="),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert_eq!(PageRequest::parse(None, Some(after)), Err(InvalidPage::Cursor), "{after}");
    }
    assert_eq!(
        InvalidPage::Limit.to_string(),
        "limit is not a whole number from 1 to 200; send one, or leave it out for 50"
    );
    assert_eq!(
        InvalidPage::Cursor.to_string(),
        "after is not the \"next\" of a page of this list; send that, or leave it out to read from the beginning"
    );
    Ok(())
}
