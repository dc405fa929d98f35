//! The command line: it works on the service that is there, makes none by mistake, and says what is wrong and what to
//! do.

use std::path::Path;

use candour_tests::server::Said;
use candour_tests::{Outcome, Server, Trust, finding};

/// The commands that set a service up. Every other command, of today or tomorrow, takes what is there.
const SET_UP: [&str; 3] = ["serve", "migrate", "demo"];

/// An id that belongs to nobody.
const NOBODY: &str = "810a1a30-d936-4116-814c-f66c36841b13";

/// Everything that can be typed, each with values that would do.
fn every_command() -> Vec<Vec<String>> {
    fn walk(command: &candour::cli::TypedCommand, typed: &[String], all: &mut Vec<Vec<String>>) {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            let typed: Vec<String> = typed.iter().cloned().chain([below.get_name().to_owned()]).collect();
            if below.has_subcommands() {
                walk(below, &typed, all);
                continue;
            }
            let mut line = typed;
            for argument in below.get_arguments().filter(|argument| argument.is_required_set()) {
                line.extend(argument.get_long().map(|long| format!("--{long}")));
                line.push(value_of(argument.get_id().as_str()).to_owned());
            }
            all.push(line);
        }
    }
    let mut all = Vec::new();
    walk(&candour::cli::command(), &[], &mut all);
    all
}

fn value_of(argument: &str) -> &'static str {
    match argument {
        "organisation" | "id" | "account" | "client" | "administrator" => NOBODY,
        "email" | "contact_email" | "to" => "somebody@trust.example",
        "scopes" => "rounds:read",
        "role" => "facilitator",
        "date" => "2026-11-27",
        _ => "something",
    }
}

/// What is in a folder and below.
fn everything_in(folder: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        found.push(path.display().to_string());
        if path.is_dir() {
            found.extend(everything_in(&path)?);
        }
    }
    found.sort();
    Ok(found)
}

fn first_line(said: &Said) -> &str {
    said.stderr.lines().find(|line| line.starts_with("candour: ")).unwrap_or_default()
}

#[test]
fn a_command_in_the_wrong_folder_makes_no_service_and_names_the_place_it_looked_in() -> Outcome {
    let commands = every_command();
    assert!(commands.len() >= 12, "{commands:?}");
    for line in commands.iter().filter(|line| !SET_UP.contains(&line[0].as_str()) && line[0] != "openapi") {
        let server = Server::prepare(&[("CANDOUR_BASE_URL", "https://feedback.trust.example")])?;
        std::fs::remove_dir(server.data())?;
        let before = everything_in(server.scratch())?;
        let said = server.cli(&line.iter().map(String::as_str).collect::<Vec<_>>())?;
        let told = format!("`candour {}`: {}{}", line.join(" "), said.stdout, said.stderr);
        assert!(!said.status.success(), "{told}");
        assert_ne!(said.status.code(), Some(2), "value_of() has no value for one of its options: {told}");
        assert_eq!(everything_in(server.scratch())?, before, "{told}");
        if ["restore", "mail"].contains(&line[0].as_str()) {
            continue; // The one looks for the copy first, the other needs no database.
        }
        let place = place(&server);
        assert!(told.contains("there is no database at ") && told.contains(&place), "{told}");
        assert!(told.contains("candour serve") || told.contains("candour migrate"), "what to do: {told}");
        assert!(line[0] == "doctor" || first_line(&said).contains(&place), "the place is in the first line: {told}");
    }
    Ok(())
}

/// The same where the rows are there and the key is not: no second key is made.
#[test]
fn a_command_without_the_key_makes_none() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let key = server.data().join("secret.key");
    std::fs::rename(&key, server.scratch().join("put away"))?;
    let said = server.cli(&[
        "administrator",
        "create",
        "--organisation",
        &trust.id,
        "--name",
        "Ann",
        "--email",
        "ann@trust.example",
    ])?;
    assert!(!said.status.success() && !key.exists(), "{}", said.stderr);
    assert!(first_line(&said).contains("there is no server key at"), "{}", said.stderr);
    Ok(())
}

#[test]
fn what_sets_a_service_up_says_where_it_is() -> Outcome {
    let server = Server::prepare(&[])?;
    let said = server.cli(&["migrate"])?;
    assert!(said.status.success(), "{}", said.stderr);
    assert!(said.stdout.contains("is up to date") && said.stdout.contains(place(&server).as_str()), "{}", said.stdout);
    let trust = [
        "organisation",
        "create",
        "--name",
        "A",
        "--contact-name",
        "B",
        "--contact-email",
        "b@a.example",
        "--concerns-route",
        "C",
    ];
    server.cli_json(&trust)?;
    Ok(())
}

/// The part of the address of the database that people may see whatever keeps it: no password.
fn place(server: &Server) -> String {
    let url = server.database_url();
    let place = url.split_once('@').map_or(url.as_str(), |(_, place)| place);
    place.split('?').next().unwrap_or_default().to_owned()
}

#[test]
fn an_error_names_the_option_and_the_database_and_what_to_do() -> Outcome {
    let server = Server::start()?;
    let said = server.cli(&[
        "administrator",
        "create",
        "--organisation",
        NOBODY,
        "--name",
        "Ann",
        "--email",
        "ann@trust.example",
    ])?;
    let line = first_line(&said);
    assert!(line.contains(NOBODY) && line.contains(&place(&server)) && line.contains("candour organisation"), "{line}");

    let create = |contact: &str, name: &str, route: &str| {
        let fixed = [
            "organisation",
            "create",
            "--contact-name",
            "B",
            "--contact-email",
            contact,
            "--name",
            name,
            "--concerns-route",
            route,
        ];
        server.cli(&fixed)
    };
    let typed = |arguments: &[&str]| server.cli(arguments);
    for (said, words) in [
        (create("hr", "A", "C")?, ["--contact-email", "not an email address"]),
        (create("hr@a.example", " ", "C")?, ["--name", "empty"]),
        (create("hr@a.example", "A", "one\ntwo")?, ["--concerns-route", "one line"]),
        (create("hr@a.example", &"A".repeat(501), "C")?, ["--name", "501 characters"]),
        (
            typed(&["administrator", "create", "--organisation", "123", "--name", "A", "--email", "a@b.example"])?,
            ["--organisation", "not the id of a trust"],
        ),
        (
            typed(&[
                "administrator",
                "create",
                "--organisation",
                NOBODY,
                "--name",
                "A",
                "--email",
                "Ann <a@b.example>",
            ])?,
            ["--email", "name@trust.org.uk"],
        ),
        (
            typed(&[
                "client",
                "create",
                "--organisation",
                NOBODY,
                "--name",
                "A",
                "--scope",
                "rounds:read,results:read",
            ])?,
            ["--scope", "repeat --scope"],
        ),
        (
            typed(&[
                "token",
                "create",
                "--organisation",
                NOBODY,
                "--name",
                "A",
                "--email",
                "a@b.example",
                "--role",
                "chair",
            ])?,
            ["--role", "facilitator"],
        ),
        (typed(&["clock", "confirm", "--date", "27/11/2026"])?, ["--date", "2026-11-27"]),
    ] {
        assert_eq!(said.status.code(), Some(2), "{}", said.stderr);
        for word in words {
            assert!(said.stderr.contains(word), "{word}: {}", said.stderr);
        }
    }
    Ok(())
}

#[test]
fn the_help_says_what_the_program_is_for() -> Outcome {
    let server = Server::prepare(&[])?;
    let said = server.cli(&["-h"])?;
    assert!(said.stdout.starts_with("360-degree feedback for school trusts."), "{}", said.stdout);
    Ok(())
}

#[test]
fn an_address_of_another_database_is_refused_and_makes_no_file() -> Outcome {
    for url in
        ["mysql://candour:hidden@db/candour", "host=db dbname=candour password=hidden", "sqlite:candour.db?mode=rwc"]
    {
        let server = Server::prepare(&[("CANDOUR_DATABASE_URL", url)])?;
        for command in ["migrate", "retention"] {
            let before = everything_in(server.scratch())?;
            let said = server.cli(&[command])?;
            assert!(!said.status.success());
            assert!(
                said.stderr.contains("CANDOUR_DATABASE_URL") && said.stderr.contains("postgres://"),
                "{}",
                said.stderr
            );
            if said.stderr.contains("hidden") {
                finding!("a password is shown: {}", said.stderr);
            }
            assert_eq!(everything_in(server.scratch())?, before);
        }
    }
    Ok(())
}
