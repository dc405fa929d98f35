//! The walk-through that newcomers copy runs as it is printed, with nothing but sh, curl and python3.

use std::process::Command;

use candour_tests::{Outcome, Server, finding, tool};

#[test]
fn the_walk_through_comes_to_a_result_as_it_is_printed() -> Outcome {
    let server = Server::start()?;
    let candour = tool::candour()?;
    let folder = candour.parent().ok_or("the program lies in no folder")?;
    let path = format!("{}:{}", folder.display(), std::env::var("PATH")?);
    let output = Command::new("sh")
        .arg(tool::repository().join("docs/first-round.sh"))
        .current_dir(server.scratch())
        .env("PATH", path)
        .env("CANDOUR_BASE_URL", format!("http://{}", server.address()?.replace("127.0.0.1", "localhost")))
        .env("CANDOUR_DATA_DIR", server.data())
        .env("CANDOUR_DATABASE_URL", server.database_url())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        finding!("the walk-through ended with {}: {said}{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    let aside = String::from_utf8_lossy(&output.stderr);
    assert!(aside.lines().all(|line| line.starts_with("This token is for tests and emergencies:")), "{aside}");
    for words in ["ready to launch: True", "9 people have answered", "4 trustees answered"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let csv = std::fs::read_to_string(server.scratch().join("results.csv"))?;
    assert!(csv.lines().any(|line| line.starts_with("block,") && line.contains(",trustees,published,4,")), "{csv}");
    Ok(())
}

#[test]
fn the_walk_through_is_quoted_word_for_word() -> Outcome {
    let read = |name: &str| std::fs::read_to_string(tool::repository().join(name));
    let (readme, script) = (read("README.md")?, read("docs/first-round.sh")?);
    if !readme.contains(&format!("```sh\n{script}```\n")) {
        finding!(
            "README.md quotes docs/first-round.sh, and they differ; copy the script between the fences of \"First \
             round with curl\""
        );
    }
    Ok(())
}
