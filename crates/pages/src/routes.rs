//! The table of contents of the console: every page, for whom it is, and what it takes. What is not in it is not served,
//! and a test asks for each of them as every kind of person. `WITHIN` is the largest form of a page, in bytes, where it is not
//! that of all.

use actix_web::web;

use crate::console::account::{addresses, passkeys};
use crate::console::{
    account, advisers, audit, clients, home, organisation, people, provider, questionnaires, raters, reviews, rounds,
    test_email, tokens, trust_sign_in, work,
};
use crate::{demo, read, set_up, sign_in};

/// For whom a page is. Others are sent to sign in, told that they have to prove more, or told that there is no such
/// page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Anybody at all.
    Anybody,
    /// Whoever has signed in, however.
    SignedIn,
    /// Administrators of the trust, however they have signed in.
    AnyAdministrator,
    /// Administrators of the trust who have proved who they are.
    Administrator,
    /// The facilitator of the review, who has proved who they are.
    Facilitator,
}

/// A page of the console.
#[derive(Clone, Copy, Debug)]
pub struct PageRoute {
    /// Its path.
    pub pattern: &'static str,
    /// Whether it can be read.
    pub reads: bool,
    /// Whether it takes a form.
    pub takes_form: bool,
    /// For whom it is.
    pub whom: For,
}

macro_rules! pages {
    ($(#[$doc:meta])* $list:ident, $configure:ident; $($pattern:literal for $whom:ident: $(GET $get:path)? $(, POST $post:path)? $(, WITHIN $limit:path)?;)+) => {
        $(#[$doc])*
        pub const $list: &[PageRoute] = &[$(PageRoute {
            pattern: $pattern,
            reads: !stringify!($($get)?).is_empty(),
            takes_form: !stringify!($($post)?).is_empty(),
            whom: For::$whom,
        }),+];

        pub(crate) fn $configure(cfg: &mut web::ServiceConfig) {
            $(cfg.service(
                web::resource($pattern) $(.route(read().to($get)))? $(.route(web::post().to($post)))?
                    $(.app_data(web::PayloadConfig::new($limit)))?,
            );)+
        }
    };
}

pages! {
    /// Every page of the console.
    PAGES, configure;
    "/" for Anybody: GET home::show;
    "/sign-in" for Anybody: GET sign_in::show, POST sign_in::ask;
    "/sign-in/code" for Anybody: GET sign_in::code::show, POST sign_in::code::check;
    "/sign-in/passkey" for Anybody: GET sign_in::passkey::show, POST sign_in::passkey::check;
    "/sign-in/trust" for Anybody: GET sign_in::trust::show, POST sign_in::trust::choose;
    "/sign-in/provider/return" for Anybody: GET sign_in::provider::back;
    "/sign-in/provider/{id}" for Anybody: GET sign_in::provider::start;
    "/set-up" for Anybody: GET set_up::without_token;
    "/set-up/{token}" for Anybody: GET set_up::show, POST set_up::make;
    "/sign-out" for Anybody: GET sign_in::signed_out, POST sign_in::sign_out;
    "/account" for SignedIn: GET account::show;
    "/account/provider" for SignedIn: GET provider::show, POST provider::change;
    "/account/sessions" for SignedIn: GET account::sessions, POST account::end_sessions;
    "/account/passkeys" for SignedIn: GET passkeys::show;
    "/account/passkeys/add" for SignedIn: GET passkeys::add::show, POST passkeys::add::add;
    "/account/passkeys/{id}" for SignedIn: GET passkeys::change::show_name, POST passkeys::change::rename;
    "/account/passkeys/{id}/remove" for SignedIn: GET passkeys::change::show_removal, POST passkeys::change::remove;
    "/account/passkeys/{id}/stop" for SignedIn: GET passkeys::change::show_stop, POST passkeys::change::stop;
    "/account/addresses" for SignedIn: GET addresses::show, POST addresses::add;
    "/account/addresses/{id}/confirm" for SignedIn: GET addresses::show_confirm, POST addresses::confirm;
    "/account/addresses/{id}/remove" for SignedIn: GET addresses::show_removal, POST addresses::remove;
    "/account/trust" for SignedIn: GET account::trusts, POST account::change_trust;
    "/organisation" for Administrator: GET organisation::show;
    "/organisation/sign-in" for Administrator: GET trust_sign_in::show, POST trust_sign_in::set;
    "/organisation/sign-in/remove" for Administrator: GET trust_sign_in::ask_to_remove, POST trust_sign_in::remove;
    "/account/tokens" for SignedIn: GET tokens::show, POST tokens::make;
    "/account/tokens/{id}/revoke" for SignedIn: GET tokens::show_revoke, POST tokens::revoke;
    "/clients" for Administrator: GET clients::show, POST clients::add;
    "/clients/{id}/revoke" for Administrator: GET clients::show_revoke, POST clients::revoke;
    "/audit" for Administrator: GET audit::show;
    "/audit.csv" for Administrator: GET audit::csv;
    "/work" for Administrator: GET work::show, POST work::try_again;
    "/people" for Administrator: GET people::show;
    "/people/invite" for Administrator: GET people::invite::show, POST people::invite::send;
    "/people/{id}/end" for Administrator: GET people::end::show, POST people::end::end;
    "/people/{id}/invite" for Administrator: GET people::invite::show_again, POST people::invite::send_again;
    "/rounds" for Administrator: GET rounds::show;
    "/rounds/new" for Administrator: GET rounds::show_new, POST rounds::make;
    "/rounds/{id}" for Administrator: GET rounds::one::show;
    "/rounds/{id}/questions" for Administrator: GET rounds::questions::show, POST rounds::questions::set;
    "/rounds/{id}/dates" for Administrator: GET rounds::dates::show, POST rounds::dates::set;
    "/rounds/{id}/reviews" for Administrator: GET rounds::reviewed::show, POST rounds::reviewed::add;
    "/rounds/{id}/reviews/{review}/remove" for Administrator:
        GET rounds::reviewed::show_removal, POST rounds::reviewed::remove;
    "/rounds/{id}/reviews/{review}/reader" for Administrator: GET rounds::reader::show, POST rounds::reader::name;
    "/rounds/{id}/shown" for Administrator: GET rounds::shown::show;
    "/rounds/{id}/emails" for Administrator: GET rounds::emails::show, POST rounds::emails::send_test;
    "/rounds/{id}/emails/wording" for Administrator: GET rounds::wording::show, POST rounds::wording::set;
    "/rounds/{id}/emails/{rater}" for Administrator: GET rounds::emails::content;
    "/rounds/{id}/launch" for Administrator: GET rounds::launch::show, POST rounds::launch::launch;
    "/rounds/{id}/launch/take-back" for Administrator: GET rounds::launch::show_take_back, POST rounds::launch::take_back;
    "/rounds/{id}/copy" for Administrator: GET rounds::copy::show, POST rounds::copy::make;
    "/rounds/{id}/retention" for Administrator: GET rounds::retention::show;
    "/rounds/{id}/remind" for Administrator: GET rounds::steps::show_remind, POST rounds::steps::remind;
    "/rounds/{id}/extend" for Administrator: GET rounds::steps::show_extend, POST rounds::steps::extend;
    "/rounds/{id}/close" for Administrator: GET rounds::steps::show_close, POST rounds::steps::close;
    "/rounds/{id}/cancel" for Administrator: GET rounds::steps::show_cancel, POST rounds::steps::cancel;
    "/rounds/{id}/delete" for Administrator: GET rounds::steps::show_delete, POST rounds::steps::delete;
    "/reviews/{id}/raters" for Administrator: GET raters::show;
    "/reviews/{id}/raters/add" for Administrator: GET raters::add::show, POST raters::add::add;
    "/reviews/{id}/raters/list" for Administrator: GET raters::list::show, POST raters::list::read;
    "/reviews/{id}/raters/list/{upload}" for Administrator: GET raters::check::show, POST raters::check::act;
    "/reviews/{id}/raters/list/{upload}/problems" for Administrator: GET raters::check::problems;
    "/reviews/{id}/raters/{rater}/remove" for Administrator: GET raters::one::show_removal, POST raters::one::remove;
    "/reviews/{id}/raters/{rater}/again" for Administrator: GET raters::one::show_again, POST raters::one::ask_again;
    "/questionnaires" for Administrator: GET questionnaires::show;
    "/questionnaires/{id}" for Administrator: GET questionnaires::read::show;
    "/questionnaires/{id}/edit" for Administrator:
        GET questionnaires::edit::show, POST questionnaires::edit::press, WITHIN questionnaires::LARGEST_FORM;
    "/reviews/{id}/advisers" for Facilitator: GET advisers::show, POST advisers::name;
    "/reviews/{id}/advisers/{adviser}/remove" for Facilitator: GET advisers::show_removal, POST advisers::remove;
    "/reviews/{id}" for SignedIn: GET reviews::one::show;
    "/reviews/{id}/report.csv" for SignedIn: GET reviews::one::csv;
    "/reviews/{id}/list" for Facilitator: GET reviews::list::show, POST reviews::list::agree;
    "/reviews/{id}/comments" for Facilitator: GET reviews::comments::show;
    "/reviews/{id}/comments/{comment}" for Facilitator: GET reviews::redact::show, POST reviews::redact::change;
    "/reviews/{id}/preview" for Facilitator: GET reviews::preview::show;
    "/reviews/{id}/release" for Facilitator: GET reviews::release::show, POST reviews::release::release;
    "/reviews/{id}/release/take-back" for Facilitator:
        GET reviews::release::show_take_back, POST reviews::release::take_back;
    "/reviews/{id}/sheet" for Facilitator: GET reviews::sheet::show;
    "/test-email" for AnyAdministrator: GET test_email::show, POST test_email::send;
}

pages! {
    /// The pages that only a demonstration has.
    DEMO_PAGES, configure_demo;
    "/demo" for Anybody: GET demo::show, POST demo::be;
    "/demo/mailbox" for Anybody: GET demo::list;
    "/demo/mailbox/{id}" for Anybody: GET demo::email;
    "/demo/mailbox/{id}/html" for Anybody: GET demo::content;
}

/// Which methods a page of the console has; `None` for what is none.
pub(crate) fn methods(pattern: &str) -> Option<&'static str> {
    let page = PAGES.iter().chain(DEMO_PAGES).find(|page| page.pattern == pattern)?;
    Some(match (page.reads, page.takes_form) {
        (true, true) => "GET, HEAD, POST",
        (true, false) => "GET, HEAD",
        (false, _) => "POST",
    })
}
