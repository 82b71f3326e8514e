//! Where a request comes from: the peer, or, behind proxies that are trusted, what they say.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
    sync::Once,
};

use app::ssr::ClientAddress;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use crate::AppState;

/// How many hops are looked at: more than there are proxies.
const MOST_HOPS: usize = 20;

/// Said once: whoever runs a proxy and forgot to name it reads it, and nobody fills the log.
static UNTRUSTED: Once = Once::new();

/// The proxies that are believed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustedProxies(Vec<IpNet>);

impl FromStr for TrustedProxies {
    type Err = ipnet::AddrParseError;

    /// Addresses and networks, separated by commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        let network = |part: &str| match part.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => part.parse(),
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// Puts the [`ClientAddress`] into the request.
pub(crate) async fn resolve(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // Without a connection, as in tests, everybody is one.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.ip());
    let proxies = &state.settings.trusted_proxies;
    if request.headers().contains_key("x-forwarded-for") && !proxies.trusts(peer.to_canonical()) {
        UNTRUSTED.call_once(|| {
            tracing::warn!(%peer, "Forwarded requests come from here, and TRUSTED_PROXIES does not name it");
        });
    }
    let client = proxies.client(peer.to_canonical(), request.headers());
    request.extensions_mut().insert(ClientAddress(client));
    next.run(request).await
}

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|it| it.contains(&address))
    }

    /// The last address on the request's way that is not a trusted proxy's. What stands before it anybody can have
    /// written.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let x_forwarded_for = list(headers, "x-forwarded-for");
        let x_forwarded_for =
            x_forwarded_for.map(|it| self.last_stranger(it.iter().map(|it| read(it))));
        let forwarded = list(headers, "forwarded");
        let forwarded =
            forwarded.map(|it| self.last_stranger(it.iter().map(|it| forwarded_for(it))));
        let client = match (x_forwarded_for, forwarded) {
            (Some(one), Some(other)) if one == other => one,
            // A proxy writes one of them, and passes on whatever the client writes into the other.
            (Some(_), Some(_)) | (None, None) => None,
            (Some(one), None) | (None, Some(one)) => one,
        };
        client.unwrap_or(peer)
    }

    /// Looks from our end. A hop that cannot be read ends the search: what stands before it says nothing.
    fn last_stranger(
        &self,
        hops: impl DoubleEndedIterator<Item = Option<IpAddr>>,
    ) -> Option<IpAddr> {
        let mut last = None;
        for hop in hops.rev().take(MOST_HOPS) {
            last = Some(hop?);
            if !self.trusts(hop?) {
                break;
            }
        }
        last
    }
}

/// The parts of a header that may come several times. Commas within quotes do not occur in addresses.
fn list(headers: &HeaderMap, name: &str) -> Option<Vec<String>> {
    let values = headers.get_all(name).iter();
    let parts: Vec<String> = values
        .flat_map(|it| it.to_str().unwrap_or("?").split(','))
        .map(|it| it.trim().to_owned())
        .collect();
    (!parts.is_empty()).then_some(parts)
}

/// The `for` of one part of a `Forwarded` header (RFC 7239).
fn forwarded_for(part: &str) -> Option<IpAddr> {
    part.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        let is_for = name.trim().eq_ignore_ascii_case("for");
        is_for.then(|| read(value.trim().trim_matches('"')))?
    })
}

/// An address, perhaps with a port, IPv6 perhaps in brackets.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()));
    address.map(|it| it.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let proxies: TrustedProxies = "10.0.0.0/8, 192.0.2.1,2001:db8::/32".parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &map).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let says = [("x-forwarded-for", "198.51.100.7")];

        assert_eq!(client("203.0.113.9", &says), "203.0.113.9");
        assert_eq!(client("10.1.2.3", &says), "198.51.100.7");
        assert_eq!(client("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn it_is_the_last_stranger_that_counts() {
        let through = |hops: &str| client("10.1.2.3", &[("x-forwarded-for", hops)]);

        assert_eq!(through("1.1.1.1, 198.51.100.7, 10.9.9.9"), "198.51.100.7");
        assert_eq!(through("10.8.8.8, 10.9.9.9"), "10.8.8.8");
        assert_eq!(through("1.1.1.1, nonsense"), "10.1.2.3");
        assert_eq!(through("1.1.1.1, 198.51.100.7:4711"), "198.51.100.7");
        let twice = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-for", "198.51.100.7"),
        ];
        assert_eq!(client("10.1.2.3", &twice), "198.51.100.7");
    }

    #[test]
    fn the_standard_header_is_read_too_and_two_that_disagree_are_not() {
        let forwarded = r#"for=1.1.1.1, For="[2001:db9::7]:80";proto=https"#;
        let both = |other: &'static str| {
            client(
                "192.0.2.1",
                &[
                    ("forwarded", "for=198.51.100.7"),
                    ("x-forwarded-for", other),
                ],
            )
        };

        assert_eq!(
            client("192.0.2.1", &[("forwarded", forwarded)]),
            "2001:db9::7"
        );
        assert_eq!(both("198.51.100.7"), "198.51.100.7");
        assert_eq!(both("1.1.1.1"), "192.0.2.1");
        assert_eq!(
            client("192.0.2.1", &[("forwarded", "for=unknown")]),
            "192.0.2.1"
        );
    }

    #[test]
    fn what_is_no_network_is_not_taken() {
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
        assert!("proxy.local".parse::<TrustedProxies>().is_err());
        assert_eq!(" ".parse(), Ok(TrustedProxies::default()));
    }
}
