//! From which network a request comes. It is counted by, and never logged or stored.

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, web};
use candour_service::network::{FORWARDED_FOR, Network, Proxies};

/// The network of the sender: of the connection, unless a proxy that is known says otherwise.
pub(crate) fn of(request: &HttpRequest) -> Network {
    let known = request.app_data::<web::Data<Proxies>>();
    let forwarded = request.headers().get_all(FORWARDED_FOR).map(HeaderValue::as_bytes);
    known.map_or_else(
        || Proxies::default().client(request.peer_addr(), []),
        |known| known.client(request.peer_addr(), forwarded),
    )
}
