//! What a service says once at its start, for the person who started it: where everything is, what to be warned of, and
//! what to do next.

use std::io::{IsTerminal, Write};

use url::Url;

use crate::config::{Config, KeySource};
use crate::doctor::{self, Level};
use crate::serve::{Part, Running};

/// Says it: as text on a terminal, and otherwise as lines of the log. `set_up` is the address under which the service can
/// be set up, where nobody has yet.
///
/// # Guarantee
/// That address is in no line of the log. Where there is no terminal it goes to standard error by itself, so that who
/// keeps the machine running finds it (`journalctl`), and what takes the log apart and passes on its fields does not.
pub fn say(config: &Config, running: &Running, part: Part, set_up: Option<&str>) {
    let Ok(base_url) = Url::parse(&running.app.base_url) else { return };
    let warnings: Vec<String> = doctor::settings(config, &base_url)
        .into_iter()
        .filter(|finding| finding.level != Level::Ok)
        .map(|finding| finding.text)
        .collect();
    if std::io::stderr().is_terminal() {
        let listens = running.address.map(|address| format!("http://{address}"));
        let _nowhere_to_say = std::io::stderr()
            .write_all(text(config, listens.as_deref(), &base_url, part, &warnings, set_up).as_bytes());
    } else {
        tracing::info!(database = config.place(), key = key(config), mail = mail(config), "where everything is");
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        if let Some(address) = set_up {
            tracing::info!("the service has not been set up; `candour set-up` prints an address to do so");
            let _nowhere_to_say = writeln!(
                std::io::stderr(),
                "candour: nobody has set up this service yet. To do so, open this address within an hour: {address}"
            );
        }
    }
}

fn text(
    config: &Config,
    listens: Option<&str>,
    base_url: &Url,
    part: Part,
    warnings: &[String],
    set_up: Option<&str>,
) -> String {
    let work = match part {
        Part::Both => "done by this process",
        Part::Requests => "left to other processes (candour worker)",
        Part::Work { .. } => "done by this process, which answers no requests of raters",
    };
    let lines = [
        ("listens on", listens.unwrap_or("nothing").to_owned()),
        ("links begin with", base_url.to_string()),
        ("database", config.place()),
        ("server key", key(config)),
        ("emails", mail(config)),
        ("work", work.to_owned()),
    ];
    let places: Vec<String> = lines.iter().map(|(name, value)| format!("  {name:<17} {value}")).collect();
    let mut parts = vec![format!("\nCandour {} is running.", env!("CARGO_PKG_VERSION")), places.join("\n")];
    if !warnings.is_empty() {
        parts.push(format!("Before real rounds:\n  warning: {}", warnings.join("\n  warning: ")));
    }
    if let (Some(listens), Part::Both | Part::Requests) = (listens, part) {
        parts.push(format!(
            "In another terminal and in this folder, `candour doctor` examines the installation.\nThe API is described at \
             {listens}/docs. Ctrl+C stops the service."
        ));
        // Last, where it is seen.
        parts.push(match set_up {
            Some(address) => format!(
                "Next: open this address in a browser to set up the service. It works once, for an hour; then \
                 `candour set-up` prints another.\n\n  {address}"
            ),
            None => format!("People sign in at {}/sign-in", base_url.as_str().trim_end_matches('/')),
        });
    }
    format!("{}\n\n", parts.join("\n\n"))
}

fn key(config: &Config) -> String {
    match &config.secret_key {
        KeySource::File(path) => {
            std::path::absolute(path).unwrap_or_else(|_no_folder| path.clone()).display().to_string()
        }
        KeySource::Text(_) => "in CANDOUR_SECRET_KEY".to_owned(),
    }
}

fn mail(config: &Config) -> String {
    let folder = config.mailbox();
    match &config.smtp_url {
        // The address of the server can hold a password.
        Some(url) => Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(|host| format!("through {host}")))
            .unwrap_or_default(),
        None => format!("written as files to {}", std::path::absolute(&folder).unwrap_or(folder).display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newcomer_reads_where_everything_is_and_what_to_do_next() -> Result<(), Box<dyn std::error::Error>> {
        let config = Config::throw_away(std::path::Path::new("/srv/candour"));
        let url = Url::parse("http://127.0.0.1:8360")?;
        let (listens, warnings) = (Some("http://127.0.0.1:8360"), ["no mail server is set".to_owned()]);
        let said = text(&config, listens, &url, Part::Both, &warnings, Some("http://127.0.0.1:8360/set-up/abc"));
        for words in [
            "listens on        http://127.0.0.1:8360\n",
            "database          sqlite:/srv/candour/candour.sqlite3\n",
            "server key        /srv/candour/secret.key\n",
            "emails            written as files to /srv/candour/mailbox\n",
            "warning: no mail server is set\n",
            "to set up the service. It works once, for an hour; then `candour set-up` prints another.\n\n  \
             http://127.0.0.1:8360/set-up/abc\n",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(said.lines().all(|line| !line.starts_with('{')), "no JSON");
        let said = text(&config, listens, &url, Part::Both, &[], None);
        assert!(said.contains("People sign in at http://127.0.0.1:8360/sign-in\n"), "{said}");
        let smtp = Config { smtp_url: Some("smtps://user:hidden@mail.trust.example".to_owned()), ..config };
        let said = text(&smtp, None, &url, Part::Work { listens: false }, &[], None);
        assert!(
            said.contains("through mail.trust.example") && !said.contains("hidden") && !said.contains("warning"),
            "{said}"
        );
        Ok(())
    }
}
