//! A session that has begun, as a browser holds it, without the pages that begin one.

use actix_web::cookie::{Cookie, CookieJar, Key};
use candour_domain::{Email, OrganisationId};
use candour_service::app::App;
use candour_service::auth::sessions::{self, Proof, Way};
use candour_service::auth::sign_in_code;
use chrono::TimeDelta;
use serde_json::json;

use crate::{Http, Outcome, Person, Visitor};

/// The cookie of a service that is spoken to over plain HTTP.
pub const COOKIE: &str = "candour";

/// Signs this person in, in a way that is relied on from this many hours on; `None` for a code by email.
pub async fn begin(app: &App, http: Http, organisation: &str, person: &Person, hours: Option<i64>) -> Outcome<Visitor> {
    let organisation: OrganisationId = organisation.parse()?;
    let opens_from = hours.map(|hours| app.clock.now() + TimeDelta::hours(hours));
    let account = sign_in_code::account(app, organisation, Email::parse(&person.email)?).await?;
    let way = if hours.is_some() { Way::Passkey } else { Way::Code };
    let proof = Proof { organisation, account, way, opens_from };
    let id = sessions::record(app, proof).await?;
    let state = json!({ "proof": serde_json::to_string(&proof)?, "id": serde_json::to_string(&id)? });
    let key = sessions::open(app, Some((id, proof)), state.to_string()).await?;
    // As the service seals it for the browser.
    let mut jar = CookieJar::new();
    let sealing = Key::from(app.key.for_cookies().as_slice());
    jar.private_mut(&sealing).add(Cookie::new(COOKIE, key.to_string()));
    let sealed = jar.get(COOKIE).ok_or("no cookie")?.value().to_owned();
    Ok(Visitor::new(http).having(COOKIE, &sealed))
}
