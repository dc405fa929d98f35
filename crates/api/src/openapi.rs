//! The OpenAPI 3.1 document, collected from the routes.

use actix_web::App;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder, PathItem, RefOr, Required};
use utoipa_actix_web::AppExt;

use crate::routes;

mod bounds;

/// The document.
#[must_use]
pub fn document() -> OpenApi {
    complete().0
}

/// What may be sent as a bearer token.
const BEARER: &str = "A token of one of three kinds. An integration gets a JWT from `POST /oauth/token`. A person makes \
 one in the browser, under their account: it begins with `candour_`, acts for them in one role, does what both that role \
 and its scopes (the same words as those of an integration) may, and is good for 90 days at most. It opens no result \
 before release and never agrees, redacts or releases. Those who run the service make a JWT for a person at the command \
 line, for tests and emergencies.";

/// The document, and the limits that found no place in it.
fn complete() -> (OpenApi, Vec<String>) {
    let (_app, mut document) =
        App::new().into_utoipa_app().openapi(base()).configure(routes::described).split_for_parts();
    let scopes: Scopes =
        candour_domain::Scope::ALL.iter().map(|scope| (scope.as_str().to_owned(), scope.as_str().to_owned())).collect();
    let flow = ClientCredentials::new("/oauth/token", scopes);
    document.paths.paths.values_mut().for_each(add_headers);
    document.paths.paths.values_mut().for_each(describe);
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(BEARER)).build()),
    );
    components.add_security_scheme(
        "client_credentials",
        SecurityScheme::OAuth2(OAuth2::new([Flow::ClientCredentials(flow)])),
    );
    let missing = bounds::state(&mut document);
    (document, missing)
}

/// Says which headers every change with a token takes: they are read in one place for all of them.
fn add_headers(path: &mut PathItem) {
    let changes = [(&mut path.post, true), (&mut path.put, false), (&mut path.patch, false), (&mut path.delete, false)];
    for (operation, may_be_repeated) in changes {
        let Some(operation) = operation.as_mut().filter(|operation| operation.security.is_some()) else { continue };
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(header(
            "If-Match",
            "ETags, or `*`: the change is made only if what it is based on still has one of them.",
        ));
        if may_be_repeated {
            parameters.push(header(
                "Idempotency-Key",
                "1 to 255 characters. The change is made once, however often it is sent within a day.",
            ));
        }
    }
}

/// Gives every response the description that the format demands.
fn describe(path: &mut PathItem) {
    let operations = [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete];
    for (status, response) in
        operations.into_iter().flatten().flat_map(|operation| operation.responses.responses.iter_mut())
    {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let text = match status.as_str() {
                "201" => "It has been made.",
                "202" => "It has been taken up and follows soon.",
                "204" => "It has been done.",
                _ => "What was asked for, as it is now.",
            };
            text.clone_into(&mut response.description);
        }
    }
}

fn header(name: &str, description: &str) -> RefOr<Parameter> {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text))
        .build();
    RefOr::T(parameter)
}

/// The document as it is committed and served: JSON with a line end.
///
/// # Errors
/// Never, unless the document cannot be written as JSON.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}

fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Candour")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "360-degree feedback for school trusts. Errors are problem documents (RFC 9457) with a stable `type`. \
             Lists take `limit` and \
             `after` and return `next`. A POST takes `Idempotency-Key`. Times are RFC 3339 in UTC, ids UUIDs, printed \
             numbers decimal strings.",
        ))
        .license(Some(License::new("MIT OR Apache-2.0")))
        .build();
    OpenApiBuilder::new().info(info).build()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_limit_has_its_place_in_the_document() {
        assert_eq!(
            super::complete().1,
            Vec::<String>::new(),
            "openapi/bounds.rs names what the document does not have"
        );
    }
}
