//! How far the emails of a launch are, on the page of an open round. While some are on their way the page comes again by
//! itself, without a script.

use actix_web::HttpResponse;
use actix_web::http::header;
use candour_domain::access::permission;
use candour_domain::{Delivery, Role, Round, RoundId, RoundState};
use candour_service::app::App;
use candour_service::round::delivery::{self, RoundDelivery};
use candour_words::number::with_thousands;
use serde::Deserialize;

use crate::console::{Closed, delivery_reasons};
use crate::frame::{Said, Say};
use crate::session::SignedIn;

/// How often the page comes again, in seconds.
const EVERY: u32 = 15;

/// How many times it does so by itself: for ten minutes. A page that went on for ever would keep the session of somebody
/// who has left, and a launch that takes longer is looked at again by hand.
const MOST_TIMES: u32 = 40;

/// What the address of the page says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looked {
    pub(super) done: String,
    still: String,
    times: u32,
}

/// How far the emails are.
pub(super) struct Sending {
    pub(super) round: RoundId,
    delivery: RoundDelivery,
    /// The address at which the page comes again by itself, if it does.
    again: Option<String>,
    /// Whether somebody has stopped it.
    pub(super) still: bool,
    say: Say,
    /// The address that emails come from.
    sender: String,
}

impl Sending {
    /// Of an open round; `None` in any other, whose emails are not sent any more.
    pub(super) async fn of(
        app: &App,
        who: &SignedIn,
        say: Say,
        (round, looked): (&Round, &Looked),
    ) -> Result<Option<Self>, Closed> {
        if round.state() != RoundState::Open {
            return Ok(None);
        }
        let by = who.may::<permission::GetDelivery>(Role::Administrator)?;
        let delivery = delivery::delivery(app, &by, round.id()).await?;
        let still = looked.still == "1";
        let comes = delivery.is_under_way() && !still && looked.times < MOST_TIMES;
        let again = comes.then(|| format!("/rounds/{}?times={}", round.id(), looked.times + 1));
        let sender = app.transport.sender().to_owned();
        let sending = Self { round: round.id(), delivery, again, still, say, sender };
        Ok(Some(sending).filter(|sending| sending.all() > 0))
    }

    /// Has the page come again, where it does. The header does what a tag in the page would; the page has a link that
    /// stops it.
    pub(super) fn come_again(&self, mut page: HttpResponse) -> HttpResponse {
        let again = self.again.as_ref().map(|at| format!("{EVERY}; url={at}"));
        if let Some(again) = again.and_then(|again| header::HeaderValue::try_from(again).ok()) {
            page.headers_mut().insert(header::REFRESH, again);
        }
        page
    }

    pub(super) fn all(&self) -> u32 {
        self.delivery.emails()
    }

    pub(super) fn sent(&self) -> u32 {
        self.delivery.handed_over()
    }

    pub(super) fn in_words(&self) -> Said {
        let say = self.say;
        let (sent, all) = (with_thousands(self.sent()), with_thousands(self.all()));
        if self.delivery.number(Delivery::WrittenToFile) > 0 {
            Said::of(say.sending_files().sent(sent).all(all))
        } else {
            Said::of(say.sending_sent().sent(sent).all(all))
        }
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.delivery.is_under_way()
    }

    pub(super) fn comes_again(&self) -> bool {
        self.again.is_some()
    }

    /// What is wrong with emails that did not arrive, by reason, with what to do.
    pub(super) fn problems(&self) -> Vec<Said> {
        let say = self.say;
        let said = |fared: &delivery::Fared| {
            let why = delivery_reasons::in_words(say, (Some(fared.delivery), fared.why), &self.sender)?;
            Some(Said::of(say.reason_of_some().number(fared.emails).reason(why)))
        };
        self.delivery.problems().filter_map(said).collect()
    }

    /// Whether some are tried again from the page of work that failed.
    pub(super) fn can_be_tried_again(&self) -> bool {
        self.delivery.number(Delivery::Failed) > 0
    }
}
