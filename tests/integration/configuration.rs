//! Settings that would lose or show something are refused at the start; those that are for trying out are told, by the
//! service and by the examination.

use candour_tests::{Outcome, Server};
use serde_json::Value;

/// A key that anybody can guess.
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn settings_that_protect_nothing_are_refused_with_the_remedy() -> Outcome {
    for (name, value, words) in [
        ("CANDOUR_SECRET_KEY", ZEROS, ["anybody can guess", "openssl rand -hex 32"]),
        ("CANDOUR_BASE_URL", "http://feedback.trust.org.uk", ["CANDOUR_BASE_URL", "https://"]),
        ("CANDOUR_LOG", "verbose", ["CANDOUR_LOG", "\"verbose\" is no level"]),
        ("CANDOUR_LOG", "foo=bar=baz", ["CANDOUR_LOG", "warn,candour_service=debug"]),
    ] {
        let (status, log) = Server::prepare(&[(name, value)])?.refuses_to_start()?;
        assert!(!status.success(), "{name}={value}");
        for word in words {
            assert!(log.contains(word), "{word}: {log}");
        }
    }
    Ok(())
}

/// The warnings of an examination.
fn warnings(server: &Server) -> Outcome<Vec<String>> {
    let said = server.cli(&["doctor"])?;
    Ok(said.stdout.lines().filter_map(|line| line.strip_prefix("warning ")).map(str::to_owned).collect())
}

#[test]
fn what_is_for_trying_out_is_told_once_at_the_start_and_by_the_examination() -> Outcome {
    let server = Server::start()?;
    let told = warnings(&server)?;
    let warned = |words: &str| told.iter().filter(|warning| warning.contains(words)).count();
    for words in ["work on this machine only; set CANDOUR_BASE_URL", "reach nobody. Set CANDOUR_SMTP_URL"] {
        assert_eq!(warned(words), 1, "{words}: {told:?}");
    }
    let log = server.log()?;
    for warning in &told {
        let shown = serde_json::to_string(warning)?;
        assert_eq!(log.matches(shown.trim_matches('"')).count(), 1, "{warning}: {log}");
    }
    let found: Vec<Value> = serde_json::from_str(&server.cli(&["doctor", "--json"])?.stdout)?;
    assert_eq!(found.iter().filter(|finding| finding["level"] == "warning").count(), told.len());
    assert!(found.iter().all(|finding| finding["well"] == (finding["level"] != "fix")), "{found:?}");
    Ok(())
}

mod sqlite {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use candour_seal::ServerKey;
    use candour_tests::{Outcome, Server, Trust, database, tool};

    use super::{ZEROS, warnings};

    #[test]
    fn a_database_or_a_folder_that_others_can_change_is_refused_with_the_remedy() -> Outcome {
        let server = Server::start()?;
        Trust::found(&server, "Ashgrove Trust")?;
        server.stop()?;
        for (path, mode, good, remedy) in [
            (server.database(), 0o666, 0o600, "chmod 600"),
            (server.database(), 0o644, 0o600, "chmod 600"),
            (server.data(), 0o777, 0o700, "chmod 700"),
        ] {
            std::fs::set_permissions(&path, Permissions::from_mode(mode))?;
            let (status, log) = server.refuses_to_start()?;
            let said = log.lines().last().unwrap_or_default();
            assert!(!status.success() && said.contains(remedy) && said.contains(&path.display().to_string()), "{said}");
            let examined = server.cli(&["doctor"])?;
            assert!(!examined.status.success() && examined.stdout.contains(remedy), "{}", examined.stdout);
            std::fs::set_permissions(&path, Permissions::from_mode(good))?;
        }
        assert!(warnings(&server)?.iter().all(|warning| !warning.contains("chmod")));
        std::fs::set_permissions(server.data(), Permissions::from_mode(0o755))?;
        assert!(warnings(&server)?.iter().any(|warning| warning.contains("chmod 700")));
        server.begin()
    }

    #[test]
    fn a_key_beside_its_database_is_told() -> Outcome {
        let server = Server::start()?;
        assert!(warnings(&server)?.iter().any(|warning| warning.contains("CANDOUR_SECRET_KEY_FILE")));
        let apart = tempfile::Builder::new().prefix("candour-key-").tempdir()?;
        let key = apart.path().join("secret.key").display().to_string();
        let server = Server::start_with(&[("CANDOUR_SECRET_KEY_FILE", &key)])?;
        assert!(warnings(&server)?.iter().all(|warning| !warning.contains("CANDOUR_SECRET_KEY_FILE")));
        Ok(())
    }

    /// A database that was made with such a key before it was refused is not locked away, and the examination says what
    /// to do.
    #[test]
    fn a_key_that_anybody_can_guess_is_found_in_a_database_that_has_it() -> Outcome {
        let server = Server::start()?;
        server.stop()?;
        let proof = ServerKey::from_text(ZEROS)?
            .fingerprint()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(database::open(&server)?.change(&format!("UPDATE key_check SET sealed = x'{proof}'"))?, 1);
        std::fs::write(server.data().join("secret.key"), ZEROS)?;
        let examined = server.cli(&["doctor"])?;
        assert!(examined.stdout.contains("FIX the server key is one that anybody can guess"), "{}", examined.stdout);
        Ok(())
    }

    #[test]
    fn on_a_terminal_the_start_is_told_in_words() -> Outcome {
        let folder = tempfile::Builder::new().prefix("candour-terminal-").tempdir()?;
        let script = "import os, pty, select, signal, sys, time\nchild, terminal = pty.fork()\n\
            if child == 0: os.execv(sys.argv[1], sys.argv[1:])\nsaid, end = b'', time.time() + 30\n\
            while time.time() < end and b'Ctrl+C' not in said:\n\x20   if select.select([terminal], [], [], 0.2)[0]:\n\
            \x20       try: said += os.read(terminal, 65536)\n\x20       except OSError: break\n\
            os.kill(child, signal.SIGTERM)\nsys.stdout.buffer.write(said)\n";
        let output = Command::new("python3")
            .args(["-c", script])
            .arg(tool::candour()?)
            .arg("serve")
            .current_dir(folder.path())
            .env_remove("CANDOUR_DATABASE_URL")
            .env("CANDOUR_LISTEN", "127.0.0.1:0")
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let data = folder.path().join("candour-data");
        for words in [
            "is running.".to_owned(),
            "http://localhost:".to_owned(),
            format!("sqlite:{}", data.join("candour.sqlite3").display()),
            data.join("secret.key").display().to_string(),
            format!("written as files to {}", data.join("mailbox").display()),
            "warning: no mail server is set".to_owned(),
            "/set-up/".to_owned(),
            "It works once".to_owned(),
        ] {
            assert!(said.contains(&words), "{words}: {said}");
        }
        assert!(said.lines().all(|line| !line.starts_with('{')), "{said}");
        Ok(())
    }
}
