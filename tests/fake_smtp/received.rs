//! A received email.

/// An email as a test reads it.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub text: String,
    pub html: String,
    pub raw: String,
}

impl Received {
    pub fn read(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().to_owned()
        };
        let boundary =
            field("Content-Type").split("boundary=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let boundary = format!("--{boundary}");
        let mut parts = body.split(&boundary).skip(1).map(part);
        let (text, html) = (parts.next().unwrap(), parts.next().unwrap());
        let (to, subject, message_id) = (field("To"), decoded_words(&field("Subject")), field("Message-ID"));
        Self { to, subject, message_id, text, html, raw: raw.to_owned() }
    }

    pub fn link(&self) -> String {
        self.text.split_whitespace().find(|word| word.starts_with("http")).expect("a link").to_owned()
    }

    /// Path and query of the link.
    pub fn path(&self) -> String {
        let link = self.link();
        let (_, rest) = link.split_once("://").unwrap();
        rest[rest.find('/').unwrap()..].to_owned()
    }

    /// The token in the link.
    pub fn token(&self) -> String {
        self.path().split_once("token=").expect("a token").1.to_owned()
    }
}

fn part(part: &str) -> String {
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    if head.contains("quoted-printable") {
        return unquoted(body);
    }
    if head.contains("base64") {
        return String::from_utf8(unbase64(body)).unwrap();
    }
    body.replace("\r\n", "\n")
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "").replace("\r\n", "\n");
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [high, low, ..]) => {
                let hex = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn unbase64(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values = text.chars().filter_map(|message| LETTERS.find(message));
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for value in values {
        bits = bits << 6 | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

/// Subjects outside of ASCII are encoded as `=?utf-8?b?…?=`.
fn decoded_words(subject: &str) -> String {
    let pieces =
        subject.split("=?utf-8?b?").enumerate().map(|(place, piece)| match (place, piece.split_once("?=")) {
            (0, _) | (_, None) => piece.to_owned(),
            (_, Some((word, rest))) => String::from_utf8(unbase64(word)).unwrap() + rest.trim_start(),
        });
    pieces.collect()
}
