//! The database goes away and comes back: everybody is told to come back too, nothing typed is lost, and nobody has to
//! restart anything.

use std::time::{Duration, Instant};

use candour_tests::answers::{competencies, prompts};
use candour_tests::{Answers, Cluster, Outcome, RaterLink, Reply, RoundPlan, Server, Trust, wait};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

const PATIENCE: Duration = Duration::from_mins(1);

/// A 503 that says when to try again.
fn is_put_off(reply: &Reply) -> Outcome {
    reply.problem(503)?;
    says_when(reply)
}

fn says_when(reply: &Reply) -> Outcome {
    let seconds = reply.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
    if seconds.is_some_and(|seconds| (1..=60).contains(&seconds)) {
        Ok(())
    } else {
        Err(format!("no Retry-After: {reply}").into())
    }
}

/// The fields of the form on a page, as a browser would send them again.
fn fields(page: &str) -> Vec<(String, String)> {
    let unescaped = |text: &str| {
        let pairs = [
            ("&#60;", "<"),
            ("&lt;", "<"),
            ("&#62;", ">"),
            ("&gt;", ">"),
            ("&#34;", "\""),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&#38;", "&"),
            ("&amp;", "&"),
        ];
        pairs.iter().fold(text.to_owned(), |text, (coded, plain)| text.replace(coded, plain))
    };
    let after = |tag: &str, name: &str| {
        tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned)
    };
    let hidden = page
        .split("<input type=\"hidden\"")
        .skip(1)
        .filter_map(|tag| Some((after(tag, "name")?, unescaped(&after(tag, "value")?))));
    let areas = page.split("<textarea").skip(1).filter_map(|tag| {
        let text = tag.split_once('>')?.1.split("</textarea>").next()?;
        Some((after(tag, "name")?, unescaped(text.strip_prefix('\n').unwrap_or(text))))
    });
    hidden.chain(areas).collect()
}

fn send(link: &RaterLink, page: &str, fields: &[(String, String)]) -> Outcome<Reply> {
    link.post_page(page, &fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
}

fn ready_again(node: &Server) -> Outcome<Duration> {
    let begun = Instant::now();
    wait::until("the node to be ready", Duration::from_secs(15), || {
        Ok((node.anonymous()?.get("/health/ready")?.status == 200).then_some(()))
    })?;
    Ok(begun.elapsed())
}

#[test]
fn while_the_database_is_away_nothing_is_lost_and_everybody_comes_back() -> Outcome {
    let cluster = Cluster::start()?;
    let node = cluster.node(&[])?;
    node.begin()?;
    let trust = Trust::found(&node, "Ashgrove Trust")?;
    let (round, credentials) = (trust.open(&RoundPlan::small())?, trust.client(&["rounds:read"])?);
    let raters = &round.review()?.raters;
    let tokens = cluster.invitations(raters.iter().map(|person| person.email.as_str()), PATIENCE)?;
    let links = tokens.values().map(|token| Ok(RaterLink::new(node.http()?, token))).collect::<Outcome<Vec<_>>>()?;
    let [typing, sending, ..] = links.as_slice() else { return Err("a small round has more raters".into()) };
    let survey = typing.survey()?;
    let answers = Answers::to(&sending.survey()?, |_| Some(4)).saying("keep", "Kept before.");
    sending.save(&answers)?.with(200)?;
    let check = sending.carried("/check", "/send")?;
    let pressed: Vec<_> = check.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();

    cluster.database_stops()?;
    let rounds = || trust.administrator.get("/v1/rounds");
    is_put_off(&rounds()?)?;
    is_put_off(&trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?)?;
    is_put_off(&typing.get()?)?;
    is_put_off(&typing.submit(&answers)?)?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", credentials.0.as_str()),
        ("client_secret", credentials.1.as_str()),
    ];
    is_put_off(&node.anonymous()?.post_form("/oauth/token", &form)?)?;
    is_put_off(&node.anonymous()?.get("/health/ready")?)?;
    for path in ["/health/live", "/openapi.json", "/.well-known/jwks.json"] {
        node.anonymous()?.get(path)?.with(200)?;
    }

    // A rater without JavaScript sends a page of ratings, another the page of comments, and a third presses "send".
    let (_, items) = competencies(&survey).into_iter().next().ok_or("no competency")?;
    let rated: Vec<_> = items.iter().map(|item| (format!("rating.{item}"), "5".to_owned())).collect();
    let remark = "\nI'd keep <this> & \"that\"\nand é\n";
    let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
    let said = vec![(format!("comment.{prompt}"), remark.to_owned())];
    let comments = format!("/page/{}", competencies(&survey).len() + 1);
    let mut kept = Vec::new();
    for (page, typed) in [("/page/1", rated), (comments.as_str(), said)] {
        let reply = send(typing, page, &typed)?.with(503)?;
        says_when(&reply)?;
        let text = reply.text();
        assert!(text.contains("your text is still here") && text.contains("Try again"), "{text}");
        let mut shown = fields(&text);
        shown.sort();
        let mut wanted: Vec<_> = typed.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        wanted.sort();
        assert_eq!(shown, wanted, "all that was typed is on the page");
        kept.push((page, shown));
    }
    let unsent = sending.post_page("/send", &pressed)?.with(503)?;
    says_when(&unsent)?;
    let mut again = fields(&unsent.text());
    again.sort();
    let mut wanted = check.clone();
    wanted.sort();
    assert_eq!(again, wanted, "the page can be sent again as it is");
    let opened = typing.page("")?.with(503)?;
    says_when(&opened)?;
    assert!(opened.text().contains("What you have saved is safe"), "{}", opened.text());

    cluster.database_returns()?;
    let took = ready_again(&node)?;
    assert!(took < Duration::from_secs(10), "{took:?}");
    rounds()?.with(200)?;
    for (page, shown) in kept {
        send(typing, page, &shown)?.with(303)?;
    }
    let draft = typing.survey()?["draft"].clone();
    assert_eq!(draft["comments"][&prompt], remark.trim(), "{draft}");
    assert!(items.iter().all(|item| draft["ratings"][item] == 5), "{draft}");
    sending.post_page("/send", &pressed)?.with(303)?;
    assert_eq!(sending.survey()?["state"], "received");

    // The worker goes on as well.
    let before = cluster.smtpd.mailbox().count()?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    wait::until("a reminder for everybody else", PATIENCE, || {
        Ok((cluster.smtpd.mailbox().count()? >= before + links.len() - 1).then_some(()))
    })?;
    assert_eq!(cluster.look()?.number("SELECT count(*) FROM ballots")?, 1);
    Ok(())
}

#[test]
fn a_database_that_holds_everybody_up_keeps_nobody_waiting_for_long() -> Outcome {
    let cluster = Cluster::start()?;
    let node = cluster.node(&[("CANDOUR_POOL_SIZE", "2")])?;
    node.begin()?;
    let trust = Trust::found(&node, "Ashgrove Trust")?;
    let other = cluster.look()?;
    other.run("BEGIN; LOCK TABLE accounts, links IN ACCESS EXCLUSIVE MODE")?;
    let asked = Instant::now();
    let replies = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| trust.administrator.get("/v1/rounds"))).collect();
        asking
            .into_iter()
            .map(|asked| asked.join().unwrap_or_else(|_panic| Err("it panicked".into())))
            .collect::<Outcome<Vec<_>>>()
    })?;
    for reply in &replies {
        is_put_off(reply)?;
    }
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    says_when(&RaterLink::new(node.http()?, &"A".repeat(27)).page("")?.with(503)?)?;
    node.anonymous()?.get("/health/live")?.with(200)?;
    other.run("ROLLBACK")?;
    wait::until("the next answer", Duration::from_secs(10), || {
        Ok((trust.administrator.get("/v1/rounds")?.status == 200).then_some(()))
    })?;
    Ok(())
}

#[test]
fn a_database_that_falls_silent_makes_the_node_unready() -> Outcome {
    let cluster = Cluster::start()?;
    let node = cluster.node(&[])?;
    node.begin()?;
    let look = cluster.look()?;
    let signal_to = |pids: &[String], signal| -> Outcome {
        for pid in pids {
            kill_process(Pid::from_raw(pid.parse()?).ok_or("a process has an id")?, signal)?;
        }
        Ok(())
    };
    // The process that takes new connections first, so that none is opened meanwhile.
    let listener = look.texts("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")?;
    signal_to(&listener, Signal::STOP)?;
    let serving = look.texts(
        "SELECT pid::text FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )?;
    let all = |signal| signal_to(&serving, signal).and_then(|()| signal_to(&listener, signal));
    all(Signal::STOP)?;
    let reply = node.anonymous()?.get("/health/ready");
    let live = node.anonymous()?.get("/health/live");
    // Whatever has been found, the server has to be able to end.
    all(Signal::CONT)?;
    is_put_off(&reply?)?;
    live?.with(200)?;
    ready_again(&node)?;
    Ok(())
}

#[test]
fn a_node_that_finds_no_database_says_so_and_ends() -> Outcome {
    let cluster = Cluster::start()?;
    let node = cluster.node(&[])?;
    cluster.database_stops()?;
    let (status, log) = node.refuses_to_start()?;
    let [said] = log.lines().collect::<Vec<_>>()[..] else { return Err(format!("one line says it: {log}").into()) };
    assert!(
        !status.success() && said.contains("the database is not available") && said.contains("127.0.0.1"),
        "{said}"
    );
    let url = cluster.url();
    let password = url.split([':', '@']).nth(2).ok_or("the address has a password")?;
    assert!(!log.contains(password), "the password is nobody's to read");
    assert!(!cluster.key().exists(), "no key is made for a database that nobody has seen");
    cluster.database_returns()?;
    node.begin()
}
