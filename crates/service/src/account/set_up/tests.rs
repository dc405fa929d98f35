use std::error::Error;
use std::sync::Arc;

use candour_storage::PageRequest;
use candour_storage::audit_log;

use super::super::removal;
use super::*;

use crate::clock::Timekeeper;
use crate::sample::{Passing, node};

type Outcome = Result<(), Box<dyn Error>>;

fn wanted(name: &str) -> Result<Wanted, Box<dyn Error>> {
    Ok(Wanted {
        name: name.to_owned(),
        contact: Person::parse("Priya Nair", "priya@ashgrove.example")?,
        concerns_route: "Write to Helen Okafor.".to_owned(),
        administrator: Person::parse("Hester Quill", "hester@ashgrove.example")?,
    })
}

async fn offered(app: &App) -> Result<SetUpToken, Box<dyn Error>> {
    let address = offer(app).await?.ok_or("an address")?;
    let token = address.strip_prefix("https://feedback.example/set-up/").ok_or("an address of this service")?;
    SetUpToken::parse(token).ok_or_else(|| "a token".into())
}

#[tokio::test]
async fn an_address_is_good_for_an_hour_and_looking_spends_nothing() -> Outcome {
    let folder = tempfile::tempdir()?;
    let hours = Arc::new(Passing::default());
    let app = node(folder.path(), 30, hours.timekeeper()).await?;
    let token = offered(&app).await?;
    for _ in 0..3 {
        assert_eq!(look(&app, Some(&token)).await?, Found::Open);
    }
    let guessed = SetUpToken::generate(&mut entropy::system());
    assert_eq!(look(&app, Some(&guessed)).await?, Found::Unknown);
    assert_eq!(look(&app, None).await?, Found::Unknown);
    assert!(matches!(set_up(&app, &guessed, wanted("Ashgrove")?).await?, Pressed::Refused(Found::Unknown)));
    hours.pass(TimeDelta::minutes(59));
    assert_eq!(look(&app, Some(&token)).await?, Found::Open);
    hours.pass(TimeDelta::minutes(60));
    assert_eq!(look(&app, Some(&token)).await?, Found::Expired);
    assert!(matches!(set_up(&app, &token, wanted("Ashgrove")?).await?, Pressed::Refused(Found::Expired)));
    let next = offered(&app).await?;
    assert!(matches!(set_up(&app, &next, wanted("Ashgrove")?).await?, Pressed::Made(_)));
    Ok(())
}

#[tokio::test]
async fn the_first_trust_ends_every_address_for_good() -> Outcome {
    let folder = tempfile::tempdir()?;
    let app = node(folder.path(), 30, Timekeeper::default()).await?;
    let (token, of_another_node) = (offered(&app).await?, offered(&app).await?);
    let Pressed::Made(made) = set_up(&app, &token, wanted("Ashgrove")?).await? else { return Err("made".into()) };
    assert!(!made.again && made.administrator.administrator);
    assert!(offer(&app).await?.is_none(), "there is nothing to set up");
    for token in [&token, &of_another_node] {
        assert_eq!(look(&app, Some(token)).await?, Found::SetUp);
    }
    assert!(matches!(set_up(&app, &token, wanted("Other")?).await?, Pressed::Refused(Found::SetUp)));
    assert!(matches!(set_up(&app, &of_another_node, wanted("Ashgrove")?).await?, Pressed::Refused(Found::SetUp)));

    let id = made.organisation.id;
    let lines = app.storage.read(id, |tenant| audit_log::list(tenant, &PageRequest::default())).await?.items;
    let mut said: Vec<_> = lines.iter().map(|line| (line.action.as_str(), line.actor.clone())).collect();
    said.sort();
    let actor = format!("account:{}", made.administrator.id);
    assert_eq!(said, [("administrator.set_up", actor.clone()), ("organisation.created", actor)]);

    removal::remove_organisation(&app, id).await?;
    assert_eq!(look(&app, Some(&token)).await?, Found::Spent);
    assert_eq!(look(&app, Some(&of_another_node)).await?, Found::Unknown);
    Ok(())
}

#[tokio::test]
async fn guarantee_one_trust_however_often_the_form_is_sent() -> Outcome {
    let folder = tempfile::tempdir()?;
    let hours = Arc::new(Passing::default());
    let (one, other) =
        (node(folder.path(), 30, hours.timekeeper()).await?, node(folder.path(), 30, hours.timekeeper()).await?);
    let (token, second) = (offered(&one).await?, offered(&other).await?);
    let (first, again, elsewhere) = tokio::join!(
        set_up(&one, &token, wanted("Ashgrove")?),
        set_up(&one, &token, wanted("Ashgrove")?),
        set_up(&other, &second, wanted("Ashgrove")?),
    );
    let pressed = [first?, again?, elsewhere?];
    let made = pressed.iter().filter(|pressed| matches!(pressed, Pressed::Made(made) if !made.again)).count();
    assert_eq!(made, 1);
    assert_eq!(one.storage.read_system(organisations::list).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_second_press_of_the_same_button_is_the_first_for_half_a_minute() -> Outcome {
    let folder = tempfile::tempdir()?;
    let hours = Arc::new(Passing::default());
    let app = node(folder.path(), 30, hours.timekeeper()).await?;
    let token = offered(&app).await?;
    let Pressed::Made(made) = set_up(&app, &token, wanted("Ashgrove")?).await? else { return Err("made".into()) };
    hours.pass(TimeDelta::seconds(29));
    let Pressed::Made(again) = set_up(&app, &token, wanted("Ashgrove")?).await? else { return Err("again".into()) };
    assert!(again.again);
    assert_eq!(again.administrator.id, made.administrator.id);
    hours.pass(TimeDelta::seconds(32));
    assert!(matches!(set_up(&app, &token, wanted("Ashgrove")?).await?, Pressed::Refused(Found::SetUp)));
    Ok(())
}

#[tokio::test]
async fn the_command_line_ends_addresses_too() -> Outcome {
    let folder = tempfile::tempdir()?;
    let app = node(folder.path(), 30, Timekeeper::default()).await?;
    let token = offered(&app).await?;
    let Wanted { name, contact, concerns_route, .. } = wanted("Ashgrove")?;
    let organisation = Organisation { id: fresh(OrganisationId::from_random), name, contact, concerns_route };
    create_organisation::create_organisation(&app, organisation.clone()).await?;
    assert_eq!(look(&app, Some(&token)).await?, Found::SetUp);
    removal::remove_organisation(&app, organisation.id).await?;
    assert_eq!(look(&app, Some(&token)).await?, Found::Unknown);
    Ok(())
}
