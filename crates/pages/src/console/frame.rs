//! What surrounds every page of the console: the trust, the person, where one can go, what has just happened.

use candour_domain::Role;
use candour_service::account::home;
use candour_service::app::App;
use candour_service::auth::sessions;
use candour_words::language::Language;

use crate::assets;
use crate::frame::{Said, Say};
use crate::session::SignedIn;

/// The parts of a page that do not depend on its content.
pub(crate) struct Console<'a> {
    /// The texts, in the language of the page.
    pub(crate) say: Say,
    /// Who has signed in, if anybody has.
    pub(crate) who: Option<&'a sessions::SignedIn>,
    /// How many things wait for them.
    pub(crate) waiting: usize,
    /// What has just happened.
    pub(crate) notice: Option<Said>,
    /// Where the style sheet is.
    pub(crate) style: &'static str,
    /// Where the script is.
    pub(crate) script: &'static str,
    /// Where the icon is.
    pub(crate) icon: &'static str,
}

impl<'a> Console<'a> {
    /// The frame of a page for whoever has signed in.
    pub(crate) async fn of(app: &App, who: Option<&'a SignedIn>) -> Self {
        let Some(who) = who else { return Self::nobodys() };
        // Without it a page is still worth having.
        let waiting = home::waiting(app, who).await.unwrap_or_default();
        Self { who: Some(who), waiting, ..Self::nobodys() }
    }

    /// The frame of a page for nobody in particular.
    pub(crate) fn nobodys() -> Self {
        Self {
            say: Say::new(Language::default()),
            who: None,
            waiting: 0,
            notice: None,
            style: assets::style(),
            script: assets::script(),
            icon: assets::icon(),
        }
    }

    /// Says what has just happened, if anything has, above the page.
    pub(crate) fn saying(self, notice: Option<Said>) -> Self {
        Self { notice, ..self }
    }

    /// Whether they run the trust's rounds and have proved who they are.
    pub(crate) fn is_administrator(&self) -> bool {
        self.who.is_some_and(|who| who.acting_as(Role::Administrator).is_some())
    }
}
