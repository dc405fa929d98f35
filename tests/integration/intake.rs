//! What clients may take of the process: bodies that never end, heads that never end, invented methods, and a stop in
//! the middle of it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use candour_tests::{METERED, Outcome, RaterLink, RoundPlan, Server, Trust, wait};
use serde_json::{Value, json};

/// A body of which not all has been sent.
fn half_sent(address: SocketAddr, path: &str, headers: &str, declared: usize, sent: usize) -> Outcome<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: candour\r\nContent-Type: \
         application/x-www-form-urlencoded\r\n{headers}Content-Length: {declared}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    // Whoever is refused stops reading.
    let _refused = stream.write_all(&vec![b'a'; sent]);
    Ok(stream)
}

/// The status that has been answered, if anything has.
fn answered(stream: &mut TcpStream, limit: Duration) -> Outcome<Option<u16>> {
    stream.set_read_timeout(Some(limit))?;
    let mut first = [0; 12];
    match stream.read_exact(&mut first) {
        Ok(()) => Ok(String::from_utf8_lossy(&first).rsplit(' ').next().and_then(|status| status.parse().ok())),
        Err(_nothing) => Ok(None),
    }
}

/// What the process holds in memory, in kilobytes.
fn resident(server: &Server) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process()?))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// The median of how long a rater's page takes, and the longest time.
fn page_times(link: &RaterLink, times: usize) -> Outcome<(Duration, Duration)> {
    let mut taken = (0..times).map(|_| {
        let begun = Instant::now();
        link.page("")?.with(200)?;
        Ok(begun.elapsed())
    });
    let mut taken = taken.by_ref().collect::<Outcome<Vec<_>>>()?;
    taken.sort_unstable();
    Ok((taken.get(times / 2).copied().unwrap_or_default(), taken.last().copied().unwrap_or_default()))
}

#[test]
fn each_route_takes_a_body_of_the_size_that_it_needs() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let administrator = &trust.administrator;
    let document = server.anonymous()?.get("/openapi.json")?.json()?;
    let mut tried = 0;
    for (path, methods) in document["paths"].as_object().ok_or("no paths")? {
        for method in methods.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase()) {
            if !["POST", "PUT", "PATCH"].contains(&method.as_str()) {
                continue;
            }
            let path = path
                .replace("{id}", "00000000-0000-4000-8000-000000000000")
                .replace("{token}", "nobody")
                .replace("{comment}", "x");
            let limit = if path.ends_with("/raters") { 4 << 20 } else { 1 << 20 };
            let reply = administrator.send(
                &method,
                &path,
                &[("content-type", "application/json")],
                Some(&vec![b' '; limit + 1]),
            )?;
            let problem = reply.problem(413)?;
            assert!(
                problem["detail"].as_str().is_some_and(|detail| detail.contains("bytes")),
                "{method} {path}: {problem}"
            );
            tried += 1;
        }
    }
    assert!(tried > 15, "only {tried} operations take a body");

    let nobody = server.anonymous()?;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    nobody.send("POST", "/oauth/token", &form, Some(&vec![b'a'; 4 * 1024 + 1]))?.problem(413)?;
    nobody.send("POST", "/oauth/token", &form, Some(&vec![b'a'; 4 * 1024]))?.problem(400)?;
    // A large body is not read to its end for somebody who has no token.
    let mut stranger = half_sent(server.address()?.parse()?, "/v1/frameworks", "", 1 << 20, 128 * 1024)?;
    assert_eq!(answered(&mut stranger, Duration::from_secs(5))?, Some(401));
    // Nor is a file that is too large anyhow thrown away to its end, whatever the path is written like.
    for path in
        ["/reviews/1/raters/list", "//reviews//1/raters//list/", "/reviews/1/raters/list/2", "/questionnaires/1/edit"]
    {
        let mut stranger = half_sent(server.address()?.parse()?, path, "", 1 << 20, 128 * 1024)?;
        assert_eq!(answered(&mut stranger, Duration::from_secs(5))?, Some(303), "{path}: they are asked to sign in");
    }
    let mut stranger = half_sent(server.address()?.parse()?, "//reviews/1/raters/list", "", 20 << 20, 128 * 1024)?;
    assert_eq!(answered(&mut stranger, Duration::from_secs(5))?, Some(303));
    let mut stranger = half_sent(server.address()?.parse()?, "//v1//frameworks", "", 1 << 20, 128 * 1024)?;
    assert_eq!(answered(&mut stranger, Duration::from_secs(5))?, Some(401));
    // A page of the console says what was wrong and leads back, and no program's answer is shown.
    let reply = nobody.send("POST", "/rounds/new", &form, Some(&vec![b'a'; 64 * 1024 + 1]))?.with(413)?;
    assert!(
        reply.text().contains("There is more in it than this page takes")
            && reply.text().contains("href=\"/rounds/new\""),
        "{reply}"
    );
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{reply}");
    // A page is answered with a page, also here.
    let link = trust.open(&RoundPlan::small())?.link_of_each()?.pop().ok_or("no link")?.1;
    let reply =
        nobody.send("POST", &format!("{}/page/1", link.path()), &form, Some(&vec![b'a'; (1 << 20) + 1]))?.with(413)?;
    assert!(reply.text().contains("too much text") && reply.header("content-security-policy").is_some(), "{reply}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply}");
    Ok(())
}

#[test]
fn a_network_has_so_many_bodies_under_way_and_a_known_proxy_says_whose_they_are() -> Outcome {
    let server = Server::start_with(&[("CANDOUR_PROXIES", "127.0.0.1")])?;
    let address = server.address()?.parse()?;
    let from = |network: &str| {
        half_sent(address, "/oauth/token", &format!("X-Forwarded-For: 203.0.113.1, {network}\r\n"), 4096, 10)
    };
    let mut sent = (0..70).map(|at| from(&format!("2001:db8:1:2::{at:x}"))).collect::<Outcome<Vec<_>>>()?;
    let mut refused = 0;
    wait::until("six of them to be refused", Duration::from_secs(20), || {
        let mut waiting = Vec::new();
        for mut stream in sent.drain(..) {
            match answered(&mut stream, Duration::from_millis(1))? {
                Some(429) => refused += 1,
                Some(status) => return Err(format!("answered with {status}").into()),
                None => waiting.push(stream),
            }
        }
        sent = waiting;
        Ok((refused == 6).then_some(()))
    })?;
    let mut another = from("2001:db8:1:3::1")?;
    another.write_all(&[b'a'; 4086])?;
    assert_eq!(answered(&mut another, Duration::from_secs(5))?, Some(400), "another network is not concerned");

    // What has begun in time may end in time.
    let first = sent.first_mut().ok_or("none is held")?;
    first.write_all(&[b'a'; 4086])?;
    assert_eq!(answered(first, Duration::from_secs(5))?, Some(400));
    let mut in_its_place = from("2001:db8:1:2::1:1")?;
    assert_eq!(answered(&mut in_its_place, Duration::from_millis(300))?, None, "there is room for one again");
    let log = server.log()?;
    assert!(!log.contains("2001:db8") && !log.contains("203.0.113"), "{log}");
    Ok(())
}

#[test]
fn bodies_that_never_end_do_not_keep_the_process_from_stopping() -> Outcome {
    let server = Server::start()?;
    let address = server.address()?.parse()?;
    let mut held = (0..30).map(|_| half_sent(address, "/oauth/token", "", 4096, 10)).collect::<Outcome<Vec<_>>>()?;
    let mut slow_head = TcpStream::connect(address)?;
    slow_head.write_all(b"GET /health/live HTTP/1.1\r\nHost: can")?;
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    assert!(server.stop()?.success());
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(8), "it took {taken:?}");
    for stream in &mut held {
        assert_eq!(answered(stream, Duration::from_secs(1))?, Some(503));
    }
    Ok(())
}

/// A connection from another address of this machine, as from another network.
fn connect_from(last: u8, address: SocketAddr) -> Outcome<TcpStream> {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&socket, &SocketAddr::from(([127, 0, 0, last], 0)))?;
    connect(&socket, &address)?;
    Ok(socket.into())
}

/// A connection answers one request and then gets half a head, which it waits for.
fn second_head(address: SocketAddr) -> Outcome<TcpStream> {
    let mut stream = connect_from(3, address)?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: candour\r\n\r\n")?;
    assert_eq!(answered(&mut stream, Duration::from_secs(5))?, Some(200));
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: can")?;
    Ok(stream)
}

/// Waits until the server has closed a connection.
fn closes_within(stream: &mut TcpStream, limit: Duration) -> Outcome<Duration> {
    let begun = Instant::now();
    stream.set_read_timeout(Some(limit))?;
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => Ok(begun.elapsed()),
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(begun.elapsed()),
        Err(error) => Err(format!("still open after {:?}: {error}", begun.elapsed()).into()),
    }
}

#[test]
fn whoever_holds_on_to_all_they_can_gets_little_and_nobody_else_notices() -> Outcome {
    let server = Server::start_with(&[METERED])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    let link = round.link_of_each()?.pop().ok_or("no link")?.1;
    let address: SocketAddr = server.address()?.parse()?;
    let (quiet, _) = page_times(&link, 60)?;
    // What any busy minute takes once and for all.
    let mut busy = (0..64).map(|_| TcpStream::connect(address)).collect::<Result<Vec<_>, _>>()?;
    for stream in &mut busy {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: candour\r\n\r\n")?;
        assert_eq!(answered(stream, Duration::from_secs(5))?, Some(200));
    }
    drop(busy);
    let before = resident(&server)?;

    for at in 0..2_600 {
        let mut word = TcpStream::connect(address)?;
        word.write_all(format!("INVENTED{at:030} /health/live HTTP/1.1\r\nHost: candour\r\n\r\n").as_bytes())?;
        let status = answered(&mut word, Duration::from_secs(5))?.ok_or("no answer")?;
        assert!((400..500).contains(&status), "{status}");
    }
    let metrics = server.metrics()?;
    assert!(!metrics.contains("INVENTED") && metrics.len() < 32 * 1024, "{} bytes: {metrics:.300}", metrics.len());
    assert!(!server.log()?.contains("INVENTED"));

    let large = link.path() + "/page/1";
    let mut held: Vec<_> = (0..200).filter_map(|_| half_sent(address, &large, "", 1 << 20, 240 * 1024).ok()).collect();
    let mut heads: Vec<_> = (0..250)
        .filter_map(|_| {
            let mut stream = connect_from(2, address).ok()?;
            let _ended = stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: candour\r\nX-Slow: ");
            let _ended = stream.write_all(&[b'a'; 8 * 1024]);
            Some(stream)
        })
        .collect();
    let mut second_heads = (0..150).map(|_| second_head(address)).collect::<Outcome<Vec<_>>>()?;
    let during = resident(&server)?;
    let (median, longest) = page_times(&link, 60)?;
    assert!(
        median < Duration::from_millis(50),
        "a rater's page took {median:?}, {longest:?} at most, and {quiet:?} before"
    );
    assert!(during < before + 48 * 1024, "{before} kB before, {during} kB meanwhile");

    let counted = |status: u16, held: &mut [TcpStream]| -> Outcome<usize> {
        let answers =
            held.iter_mut().map(|stream| answered(stream, Duration::from_millis(1))).collect::<Outcome<Vec<_>>>()?;
        Ok(answers.into_iter().filter(|answer| *answer == Some(status)).count())
    };
    let refused = counted(429, &mut held)?;
    assert!(refused >= 136, "only {refused} of 200 bodies were refused at once");
    for stream in &mut heads {
        closes_within(stream, Duration::from_secs(20))?;
    }
    for stream in &mut held {
        closes_within(stream, Duration::from_mins(1))?;
    }
    for stream in &mut second_heads {
        closes_within(stream, Duration::from_mins(1))?;
    }
    let after = wait::until("the memory to be given back", Duration::from_mins(1), || {
        let after = resident(&server)?;
        Ok((after < before + 10 * 1024).then_some(after))
    });
    after.map_err(|error| {
        format!("{error}: {before} kB before, {during} kB meanwhile, {:?} kB now", resident(&server))
    })?;
    link.page("")?.with(200)?;
    Ok(())
}

#[test]
fn answers_that_arrive_slowly_but_in_time_are_taken() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let link = trust.open(&RoundPlan::small())?.link_of_each()?.pop().ok_or("no link")?.1;
    let read = link.get()?.with(200)?;
    let (survey, tag) = (read.json()?, read.header("etag").ok_or("no tag")?);
    let prompt = survey["prompts"][0]["id"].as_str().ok_or("no prompt")?;
    let body = json!({ "ratings": {}, "comments": { prompt: "slow" } }).to_string();
    let mut stream = TcpStream::connect(server.address()?)?;
    let head = format!(
        "PUT /v1/survey/{}/draft HTTP/1.1\r\nHost: candour\r\nContent-Type: application/json\r\nIf-Match: \
         {tag}\r\nContent-Length: {}\r\n\r\n",
        link.token(),
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    for part in body.as_bytes().chunks(body.len().div_ceil(8)) {
        std::thread::sleep(Duration::from_millis(500));
        stream.write_all(part)?;
    }
    assert_eq!(answered(&mut stream, Duration::from_secs(5))?, Some(200));
    let saved: Value = link.survey()?;
    assert_eq!(saved["draft"]["comments"][prompt], "slow");
    Ok(())
}

#[test]
fn a_network_has_so_many_connections() -> Outcome {
    let server = Server::start()?;
    let address: SocketAddr = server.address()?.parse()?;
    let asks = |stream: &mut TcpStream| -> Outcome<Option<u16>> {
        // Whoever is refused finds the connection closed.
        let _closed = stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: candour\r\n\r\n");
        answered(stream, Duration::from_secs(5))
    };
    let mut held = Vec::new();
    wait::until("one more to be refused", Duration::from_secs(20), || {
        // Those of before may have been closed, since they ask nothing.
        held.extend((0..512).map(|_| connect_from(2, address)).collect::<Outcome<Vec<_>>>()?);
        Ok(asks(&mut connect_from(2, address)?)?.is_none().then_some(()))
    })?;
    assert_eq!(asks(&mut connect_from(3, address)?)?, Some(200), "another network is not concerned");
    drop(held);
    wait::until("there to be room again", Duration::from_secs(10), || {
        Ok((asks(&mut connect_from(2, address)?)? == Some(200)).then_some(()))
    })
}
