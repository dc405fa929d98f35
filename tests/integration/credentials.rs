//! Secrets of integrations under attack by somebody who knows the id: the right secret works whatever others try.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::time::Duration;

use candour_tests::{Outcome, Server, Trust, wait};
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use serde_json::json;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Asks for a token from this address, one of those that mean this machine, and gives the status and the whole reply.
fn ask_from(server: &Server, from: Ipv4Addr, id: &str, secret: &str) -> Outcome<(u16, String)> {
    let SocketAddr::V4(to) = server.address()?.parse()? else { return Err("not an address of IPv4".into()) };
    let stream = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&stream, &SocketAddrV4::new(from, 0))?;
    connect(&stream, &to)?;
    let mut stream = TcpStream::from(stream);
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    write!(
        stream,
        "POST /oauth/token HTTP/1.1\r\nHost: {to}\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let status = reply.split(' ').nth(1).ok_or("no status")?.parse()?;
    Ok((status, reply))
}

#[test]
fn nobody_locks_an_integration_out_by_its_id() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (id, secret) = trust.client(&["rounds:read"])?;
    let own = Ipv4Addr::LOCALHOST;
    let mut told_to_wait = (0, 0);
    // From the network of the integration itself, as behind a proxy, and from two hundred others.
    for attempt in 0..200_u8 {
        let elsewhere = Ipv4Addr::new(127, 0, 1, attempt);
        for (from, told) in [(own, &mut told_to_wait.0), (elsewhere, &mut told_to_wait.1)] {
            let (status, reply) = ask_from(&server, from, &id, "wrong")?;
            assert!(matches!(status, 401 | 429), "{reply}");
            if status == 429 {
                *told += 1;
                assert!(reply.to_lowercase().contains("retry-after: 60"), "{reply}");
            }
        }
        if attempt % 10 == 9 {
            assert_eq!(
                ask_from(&server, own, &id, &secret)?.0,
                200,
                "after {attempt} wrong secrets from its own network"
            );
            assert_eq!(ask_from(&server, elsewhere, &id, &secret)?.0, 200, "and from another");
        }
    }
    assert!(told_to_wait.0 > 100, "a network that tries too often is told to wait: {told_to_wait:?}");
    assert!(told_to_wait.1 > 100, "and so is whoever tries one id from many networks: {told_to_wait:?}");
    let line = wait::until("the log to tell of it", Duration::from_secs(10), || {
        Ok(trust.administrator.list("/v1/audit-log")?.into_iter().find(|line| line["action"] == "token.refused"))
    })?;
    assert_eq!((&line["actor"], &line["target"]), (&json!("unknown"), &json!(format!("client:{id}"))), "{line}");
    assert_eq!(line["detail"]["reason"], "wrong_secret", "{line}");
    let lines = trust.administrator.list("/v1/audit-log")?;
    assert_eq!(
        lines.iter().filter(|line| line["action"] == "token.refused").count(),
        1,
        "four hundred refusals are not as many lines"
    );
    Ok(())
}

#[test]
fn an_id_that_nobody_has_is_told_the_same_as_a_wrong_secret() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (id, _) = trust.client(&["rounds:read"])?;
    // Each from networks of its own, so that only the id differs.
    let told = |id: &str, net: u8| -> Outcome<BTreeSet<(u16, String)>> {
        // Headers come in any order.
        let told = |reply: &str| {
            let mut lines: Vec<_> =
                reply.lines().map(str::to_lowercase).filter(|line| !line.starts_with("date:")).collect();
            lines.sort();
            lines.join("\n")
        };
        let ask = |host| {
            ask_from(&server, Ipv4Addr::new(127, net, 0, host), id, "wrong")
                .map(|(status, reply)| (status, told(&reply)))
        };
        // Both ways of refusing, whenever the limit begins.
        (0..90).map(ask).collect()
    };
    let (of_client, of_nobody) = (told(&id, 1)?, told(NOBODY, 2)?);
    assert_eq!(of_client, of_nobody);
    assert_eq!(of_client.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [401, 429]);
    Ok(())
}
