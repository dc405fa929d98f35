//! Pages show every row once, also while rows are added.

use std::collections::BTreeSet;

use candour_domain::{AnonymityPolicy, RaterGroups, Round, RoundId, Visibility};
use candour_test_database::{Engine, on_both_engines};

use crate::tests::{Outcome, Trust, at, bytes, with_trust};
use crate::{Page, PageRequest, raters, rounds};

fn round(trust: &Trust, number: u64, created: i64) -> Result<Round, Box<dyn std::error::Error + Send + Sync>> {
    let ids = (RoundId::from_random(bytes(number + 5000)), trust.id());
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    Ok(Round::draft(ids, "R", trust.framework.id, rules, at(created + 100), at(created))?)
}

on_both_engines! { async
    rounds_come_newest_first_and_once_while_others_are_added,
    raters_come_once_and_a_full_last_page_says_it_is_the_last,
}

async fn rounds_come_newest_first_and_once_while_others_are_added(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    // Four at each time, so that the id has to decide.
    for number in 0..24 {
        let round = round(&trust, number, i64::try_from(number / 4)?)?;
        database.storage.write(trust.id(), move |tenant| rounds::insert(tenant, &round)).await?;
    }
    let everything = database
        .storage
        .read(trust.id(), |tenant| rounds::list(tenant, &Visibility::Trust, &PageRequest::default()))
        .await?;
    assert_eq!((everything.items.len(), everything.next), (25, None));

    let mut request = PageRequest::parse(Some("3"), None)?;
    let mut seen = Vec::new();
    for later in 100.. {
        let page: Page<Round> =
            database.storage.read(trust.id(), move |tenant| rounds::list(tenant, &Visibility::Trust, &request)).await?;
        seen.extend(page.items);
        let newer = round(&trust, later, 50)?;
        database.storage.write(trust.id(), move |tenant| rounds::insert(tenant, &newer)).await?;
        match page.next {
            Some(next) => request = PageRequest::parse(Some("3"), Some(&next.to_string()))?,
            None => break,
        }
    }
    assert_eq!(seen, everything.items);
    Ok(())
}

async fn raters_come_once_and_a_full_last_page_says_it_is_the_last(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    let review = trust.review.id;
    for limit in ["1", "3", "5", "10", "11"] {
        let mut request = PageRequest::parse(Some(limit), None)?;
        let (mut seen, mut pages) = (BTreeSet::new(), 0);
        loop {
            let page = database.storage.read(trust.id(), move |tenant| raters::list(tenant, review, &request)).await?;
            pages += 1;
            for listed in page.items {
                assert!(seen.insert(listed.rater.id), "twice");
            }
            match page.next {
                Some(next) => request = request.after(next),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (10, 10_usize.div_ceil(limit.parse()?)));
    }
    Ok(())
}
