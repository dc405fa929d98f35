//! What the reader of settings says, in words for the person who wrote them. A line of the file is never repeated: it
//! may hold a password.

use config::ConfigError;

/// Where settings come from.
const FROM: &str = "Settings come from candour.toml in the working folder, or the file that CANDOUR_CONFIG names, and \
 from CANDOUR_* variables";

/// What cannot be read, where it stands, and what to do.
pub(super) fn in_words(error: &ConfigError) -> String {
    match error {
        ConfigError::FileParse { uri, cause } => {
            let file = uri.as_deref().unwrap_or("the file of settings");
            let said = cause.to_string();
            let place = said.split(" at ").find(|part| part.starts_with("line ")).and_then(|part| part.lines().next());
            let place = place.map_or_else(String::new, |place| format!(": look at {}", place.trim()));
            format!(
                "{file} is not written as TOML is{place}. A setting is a line such as listen = \"127.0.0.1:8360\", \
                 with a text in double quotes"
            )
        }
        ConfigError::Type { expected, key: Some(key), origin, .. } => wrong(key, expected, origin.as_deref()),
        ConfigError::At { error, key, origin } => match (error.as_ref(), key) {
            (ConfigError::Type { expected, .. }, Some(key)) => wrong(key, expected, origin.as_deref()),
            _ => in_words(error),
        },
        ConfigError::Foreign(cause) => {
            match cause.to_string().strip_prefix("configuration file ").and_then(|said| said.strip_suffix(" not found"))
            {
                Some(file) => {
                    format!(
                        "there is no file {file}, which CANDOUR_CONFIG names; set it to the file with the settings, or \
                         to nothing"
                    )
                }
                None => format!("the settings cannot be read: {cause}. {FROM}"),
            }
        }
        ConfigError::Message(said) => {
            match said.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected ")) {
                Some((name, known)) => format!(
                    "there is no setting {name} (CANDOUR_{}); correct its name or take it out. The settings are: {}. \
                     {FROM}",
                    name.to_uppercase(),
                    known.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
                ),
                None => format!("the settings cannot be read: {said}. {FROM}"),
            }
        }
        other => format!("the settings cannot be read: {other}. {FROM}"),
    }
}

/// A value of another kind than the setting takes. It is not repeated.
fn wrong(key: &str, expected: &str, origin: Option<&str>) -> String {
    let wanted = match expected {
        "a boolean" => "true or false",
        _ if expected.contains("integer") => "a whole number in digits",
        "a string" => "a text in quotes",
        _ => "another kind of value",
    };
    let origin = match origin {
        Some("the environment") | None => "the environment",
        Some(file) => file,
    };
    format!("{key} (CANDOUR_{}) in {origin} is not what it has to be; write {wanted}", key.to_uppercase())
}
