//! The command `health`: asks the running program whether it is ready. An image without a shell has no other way.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than `/ready` waits for its database, shorter than the timeouts of the callers of this command.
const TIMEOUT: Duration = Duration::from_secs(4);

pub fn is_ready(listening: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&reachable(listening), TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(b"GET /ready HTTP/1.0\r\n\r\n")?;
    let mut status = [0; "HTTP/1.0 200".len()];
    stream.read_exact(&mut status)?;
    Ok(status.ends_with(b" 200"))
}

/// Replaces the address of all interfaces by the loopback address.
fn reachable(mut listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() {
        listening.set_ip(match listening.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    listening
}

#[cfg(test)]
mod tests {
    use super::is_ready;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    fn asked(answer: &'static str) -> std::io::Result<bool> {
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; "GET /ready HTTP/1.0\r\n\r\n".len()]).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let ready = is_ready(address);
        answering.join().unwrap();
        ready
    }

    #[test]
    fn only_200_is_ready() {
        assert!(asked("HTTP/1.0 200 OK\r\n\r\nready").unwrap());
        assert!(!asked("HTTP/1.0 503 Service Unavailable\r\n\r\n").unwrap());
        assert!(asked("").is_err());
    }
}
