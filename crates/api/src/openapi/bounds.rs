//! The limits that requests are held to, as the document states them. Each number is the constant that the check uses,
//! so the two cannot part.

use std::ops::RangeInclusive;

use candour_domain::audit::Kind;
use candour_domain::roster::{ImportMode, LONGEST_ROSTER};
use candour_domain::wording::LONGEST_OPENING;
use candour_domain::{
    Scope, framework, identity_provider, person, personal_token, policy, rater, response, review, round, scale, slug,
};
use candour_service::page::LARGEST_LIMIT;
use candour_service::queue::JobState;
use serde_json::Value;
use utoipa::Number;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, KnownFormat, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Required, Schema};

use crate::http::{clients, idempotency, results, review_list};

/// What is taken in one place.
enum Bound {
    /// A text of so many characters.
    Characters(RangeInclusive<usize>),
    /// A text of this form.
    Form(String),
    /// A short readable id.
    Slug,
    /// An email address.
    Email,
    /// A whole number.
    Number(RangeInclusive<u32>),
    /// A list of so many entries.
    Entries(RangeInclusive<usize>),
    /// One of these.
    OneOf(Vec<Value>),
}

/// Bodies whose every field can be left out, and that can be left out themselves.
const OPTIONAL_BODIES: [&str; 6] =
    ["send_test_email", "update_round", "copy_round", "ask_rater_again", "close_round", "release_review"];

/// Shapes that the domain reads and that take no other field.
const CLOSED: [&str; 7] =
    ["AnswersBody", "CompetencyBody", "ItemBody", "NewRater", "PromptBody", "ScaleBody", "ScalePointBody"];

/// States the limits, and gives every place that the table names and the document does not have.
pub(super) fn state(document: &mut OpenApi) -> Vec<String> {
    let mut missing = Vec::new();
    let schemas = &mut document.components.get_or_insert_default().schemas;
    for (name, field, bound) in fields() {
        let place = match schemas.get_mut(name) {
            Some(RefOr::T(schema)) => within(schema, field),
            _ => None,
        };
        if !place.is_some_and(|place| bound.state(place)) {
            missing.push(format!("{name} {field}"));
        }
    }
    for name in CLOSED {
        if let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(name) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        } else {
            missing.push(name.to_owned());
        }
    }
    let mut unseen: Vec<_> = OPTIONAL_BODIES.iter().map(ToString::to_string).collect();
    unseen.extend(parameters().iter().map(|(name, _)| (*name).to_owned()));
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        methods.into_iter().flatten().for_each(|operation| of_operation(operation, &mut unseen));
    }
    missing.extend(unseen);
    missing
}

/// What fields of bodies take. `*` is each entry of a list, or each value of a map.
fn fields() -> Vec<(&'static str, &'static str, Bound)> {
    use Bound::{Characters, Email, Entries, Form, Number, OneOf, Slug};

    let wording = || Characters(1..=framework::LONGEST_WORDING);
    let label = || Characters(1..=scale::LONGEST_LABEL);
    let name = || Characters(1..=person::LONGEST_NAME);
    let words = |words: &[&str]| OneOf(words.iter().map(|&word| word.into()).collect());
    vec![
        ("Agreement", "digest", Form(format!("^[0-9a-f]{{{}}}$", review_list::DIGEST_LENGTH))),
        ("AnswersBody", "comments/*", Characters(0..=response::LONGEST_COMMENT)),
        ("AnswersBody", "ratings/*", Number(0..=scale::HIGHEST_VALUE.into())),
        ("AskAgain", "email", Email),
        ("CompetencyBody", "id", Slug),
        ("CompetencyBody", "items", Entries(framework::ITEMS)),
        ("CompetencyBody", "title", Characters(1..=framework::LONGEST_TITLE)),
        ("EmailsBody", "invitation", Characters(0..=LONGEST_OPENING)),
        ("EmailsBody", "reminder", Characters(0..=LONGEST_OPENING)),
        ("FrameworkBody", "competencies", Entries(framework::COMPETENCIES)),
        ("FrameworkBody", "key", Slug),
        ("FrameworkBody", "minutes", Number(framework::MINUTES)),
        ("FrameworkBody", "prompts", Entries(0..=framework::MOST_PROMPTS)),
        ("FrameworkBody", "title", Characters(1..=framework::LONGEST_TITLE)),
        ("GroupBody", "asked_as", Slug),
        ("GroupBody", "id", Slug),
        ("GroupBody", "title", Characters(1..=rater::LONGEST_GROUP_TITLE)),
        ("IdentityProviderBody", "client_id", Characters(1..=identity_provider::LONGEST_CLIENT_ID)),
        ("IdentityProviderBody", "client_secret", Characters(1..=identity_provider::LONGEST_CLIENT_SECRET)),
        ("IdentityProviderBody", "email_domains", Entries(1..=identity_provider::MOST_DOMAINS)),
        ("IdentityProviderBody", "label", Characters(1..=identity_provider::LONGEST_LABEL)),
        ("ItemBody", "asks", Entries(0..=rater::MOST_GROUPS)),
        ("ItemBody", "asks/*", Slug),
        ("ItemBody", "id", Slug),
        ("ItemBody", "others", wording()),
        ("ItemBody", "self", wording()),
        ("NewClient", "name", Characters(1..=personal_token::LONGEST_TOKEN_NAME)),
        ("NewClient", "scopes", Entries(1..=clients::MOST_SCOPES)),
        ("NewClient", "scopes/*", OneOf(Scope::ALL.iter().map(|scope| scope.as_str().into()).collect())),
        ("NewRater", "email", Email),
        ("NewRater", "group", Characters(1..=usize::MAX)),
        ("NewRater", "name", name()),
        ("NewRound", "groups", Entries(rater::FEWEST_GROUPS..=rater::MOST_GROUPS)),
        ("NewRound", "title", Characters(1..=round::LONGEST_TITLE)),
        ("NewPerson", "email", Email),
        ("NewPerson", "name", name()),
        ("PersonBody", "email", Email),
        ("PersonBody", "name", name()),
        ("PolicyBody", "colluding_insiders", Number(policy::COLLUDING_INSIDERS)),
        ("PolicyBody", "comment_threshold", Number(policy::COMMENT_THRESHOLD)),
        ("PolicyBody", "distribution_threshold", Number(policy::DISTRIBUTION_THRESHOLD)),
        ("PolicyBody", "reminder_quiet_hours", Number(policy::REMINDER_QUIET_HOURS)),
        ("PolicyBody", "threshold", Number(policy::THRESHOLD)),
        ("PromptBody", "id", Slug),
        ("PromptBody", "others", wording()),
        ("PromptBody", "self", wording()),
        ("Redaction", "reason", Characters(1..=results::LONGEST_REASON)),
        ("RoundCopy", "title", Characters(1..=round::LONGEST_TITLE)),
        ("RoundPatch", "groups", Entries(rater::FEWEST_GROUPS..=rater::MOST_GROUPS)),
        ("RoundPatch", "title", Characters(1..=round::LONGEST_TITLE)),
        ("ScaleBody", "harmful_end", words(&["lowest", "highest"])),
        ("ScaleBody", "not_observed", label()),
        ("ScaleBody", "points", Entries(scale::POINTS)),
        ("ScalePointBody", "label", label()),
        ("ScalePointBody", "value", Number(0..=scale::HIGHEST_VALUE.into())),
        ("SubjectBody", "email", Email),
        ("SubjectBody", "name", name()),
        ("SubjectBody", "role", Characters(1..=review::LONGEST_ROLE)),
        ("TestEmail", "group", Slug),
        ("TokenRequest", "grant_type", words(&["client_credentials"])),
        ("TokenRequest", "scope", Form(scopes())),
    ]
}

/// What parameters take, wherever they are.
fn parameters() -> Vec<(&'static str, Bound)> {
    let states = JobState::ALL.iter().map(|state| state.as_str().into()).collect();
    let modes = ImportMode::ALL.iter().map(|mode| mode.as_str().into()).collect();
    vec![
        ("Idempotency-Key", Bound::Characters(1..=idempotency::LONGEST_KEY)),
        ("kind", Bound::OneOf(Kind::ALL.iter().map(|kind| kind.as_str().into()).collect())),
        ("limit", Bound::Number(1..=LARGEST_LIMIT)),
        ("mode", Bound::OneOf(modes)),
        ("state", Bound::OneOf(states)),
    ]
}

fn of_operation(operation: &mut Operation, unseen: &mut Vec<String>) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let Some(RefOr::T(schema)) = &mut parameter.schema else { continue };
        // A header is there or not; there is no null in one.
        if let (ParameterIn::Header, Schema::Object(object)) = (&parameter.parameter_in, &mut *schema) {
            object.schema_type = SchemaType::Type(Type::String);
        }
        if let Some((name, bound)) = parameters().into_iter().find(|(name, _)| *name == parameter.name)
            && bound.state(schema)
        {
            unseen.retain(|other| other != name);
        }
    }
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        // The one body that is a list is a list of raters.
        if let RefOr::T(content) = content
            && let Some(RefOr::T(schema @ Schema::Array(_))) = &mut content.schema
        {
            Bound::Entries(1..=LONGEST_ROSTER).state(schema);
        }
    }
    if let Some(id) = operation.operation_id.as_deref().filter(|id| OPTIONAL_BODIES.contains(id)) {
        body.required = Some(Required::False);
        unseen.retain(|other| other != id);
    }
}

/// Scopes with blanks between them.
fn scopes() -> String {
    let one = Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join("|");
    format!("^\\s*({one})(\\s+({one}))*\\s*$")
}

/// The part of a schema that a path names.
fn within<'a>(schema: &'a mut Schema, path: &str) -> Option<&'a mut Schema> {
    path.split('/').try_fold(schema, |schema, step| {
        let next = match (step, schema) {
            ("*", Schema::Array(array)) => match &mut array.items {
                ArrayItems::RefOrSchema(items) => &mut **items,
                ArrayItems::False => return None,
            },
            ("*", Schema::Object(object)) => match object.additional_properties.as_deref_mut()? {
                AdditionalProperties::RefOr(values) => values,
                AdditionalProperties::FreeForm(_) => return None,
            },
            (field, Schema::Object(object)) => object.properties.get_mut(field)?,
            _ => return None,
        };
        if let RefOr::T(next) = next { Some(next) } else { None }
    })
}

impl Bound {
    /// Writes it into a schema; false where that is of another type.
    fn state(&self, schema: &mut Schema) -> bool {
        match (self, schema) {
            (Self::Entries(range), Schema::Array(array)) => {
                (array.min_items, array.max_items) = ends(range);
            }
            (Self::Characters(range), Schema::Object(object)) => {
                (object.min_length, object.max_length) = ends(range);
            }
            (Self::Slug, Schema::Object(object)) => {
                (object.min_length, object.max_length) = (Some(1), Some(slug::LONGEST_SLUG));
                object.pattern = Some(slug::SLUG_PATTERN.to_owned());
            }
            (Self::Email, Schema::Object(object)) => {
                (object.min_length, object.max_length) = (Some(person::SHORTEST_EMAIL), Some(person::LONGEST_EMAIL));
                // What follows the @ may be in letters of any language.
                object.format = Some(SchemaFormat::KnownFormat(KnownFormat::IdnEmail));
            }
            (Self::Form(pattern), Schema::Object(object)) => object.pattern = Some(pattern.clone()),
            (Self::Number(range), Schema::Object(object)) => {
                let number = |end: u32| usize::try_from(end).ok().map(Number::UInt);
                (object.minimum, object.maximum) = (number(*range.start()), number(*range.end()));
            }
            (Self::OneOf(words), Schema::Object(object)) => {
                let null = matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null));
                object.enum_values = Some(words.iter().cloned().chain(null.then_some(Value::Null)).collect());
            }
            _ => return false,
        }
        true
    }
}

/// Nothing is said of an end that excludes nothing.
fn ends(range: &RangeInclusive<usize>) -> (Option<usize>, Option<usize>) {
    (Some(*range.start()).filter(|&least| least > 0), Some(*range.end()).filter(|&most| most < usize::MAX))
}
