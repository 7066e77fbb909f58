//! A minimal HTTP/1.1 client, only for the benchmark's own server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A complete response.
#[derive(Debug, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Name, in lower case, and value of each header.
    pub headers: Vec<(String, String)>,
    /// The body, decoded from its chunks.
    pub body: Vec<u8>,
}

impl Response {
    /// The cookies of the response, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).collect();
        pairs.join("; ")
    }
}

/// Sends one request and reads the whole response.
pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Response, String> {
    let failed = |error: std::io::Error| format!("{method} {path}: {error}");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n{lines}\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5)).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(failed)?;
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed)?;
    parse(&answer).ok_or_else(|| format!("{method} {path}: the answer is not HTTP"))
}

/// Encodes fields like a browser's form.
pub fn form(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn parse(answer: &[u8]) -> Option<Response> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: Vec<_> = lines.filter_map(header).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &answer[end + 4..];
    let body = if chunked { unwrapped(body)? } else { body.to_vec() };
    Some(Response { status, headers, body })
}

fn unwrapped(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = chunks.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&chunks[..line]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let start = line + 2;
        body.extend_from_slice(chunks.get(start..start + size)?);
        chunks = chunks.get(start + size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::{form, parse};

    #[test]
    fn cookies_are_sent_back_without_their_attributes() {
        let answer = b"HTTP/1.1 303 See Other\r\nSet-Cookie: id=abc; Path=/; HttpOnly\r\nLocation: /\r\n\
                       set-cookie: theme=dark\r\n\r\n";
        let response = parse(answer).expect("HTTP");
        assert_eq!((response.status, response.cookies().as_str()), (303, "id=abc; theme=dark"));
    }

    #[test]
    fn chunks_are_put_together() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\nB;x=1\r\npedia in \
                       \xc3\xa9\r\n0\r\n\r\n";
        assert_eq!(parse(answer).expect("HTTP").body, "Wikipedia in é".as_bytes());
    }

    #[test]
    fn half_an_answer_is_none() {
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\nContent-"), None);
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\nWiki"), None);
        assert_eq!(parse(b""), None);
    }

    #[test]
    fn a_form_is_encoded() {
        assert_eq!(form(&[("email", "a@b.c"), ("name", "é &")]), "email=a%40b.c&name=%C3%A9%20%26");
    }
}
