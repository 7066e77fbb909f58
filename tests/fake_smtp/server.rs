//! The part of SMTP that an email needs.

use super::Received;
use std::sync::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the server behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// It accepts emails.
    #[default]
    Fair,
    /// It disconnects at once.
    Gone,
    /// It refuses emails for now: 451.
    Busy,
    /// It refuses the sender: 554.
    Refusing,
    /// It knows no recipient: 550.
    Unknown,
    /// It is no relay for any recipient: 554 with 5.7.1.
    NoRelay,
    /// It refuses the content: 554.
    Spam,
    /// It refuses the content and says that the mailbox is disabled: 550 with 5.2.1.
    NoMailbox,
    /// It asks for a log-in: 530.
    Closed,
    /// It has no SMTPUTF8.
    Ascii,
    /// It disconnects in the middle of an email.
    Dropping,
    /// It accepts the email and disconnects before it acknowledges it.
    Mute,
    /// It never responds.
    Silent,
    /// It refuses the log-in, and repeats the password.
    Locked,
    /// It refuses each email, and repeats its link.
    Quoting,
}

#[derive(Default)]
pub struct Shared {
    pub behavior: Mutex<Behavior>,
    pub emails: Mutex<Vec<String>>,
    /// The emails refused for their content.
    pub refused: Mutex<Vec<String>>,
    pub passwords: Mutex<Vec<String>>,
    /// The recipients of all emails.
    pub recipients: Mutex<Vec<String>>,
}

pub async fn serve(listener: TcpListener, shared: std::sync::Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        // A client that disconnects in the middle of an email has sent none.
        tokio::spawn(async move { drop(talk(stream, &shared).await) });
    }
}

async fn talk(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let behavior = || *shared.behavior.lock().unwrap();
    let mut stream = BufReader::new(stream);
    if behavior() == Behavior::Gone {
        return Ok(());
    }
    if behavior() == Behavior::Silent {
        std::future::pending::<()>().await;
    }
    stream.write_all(b"220 fake_smtp ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        if let Some((_, rest)) = line.split_once("TO:<") {
            shared.recipients.lock().unwrap().push(rest.split('>').next().unwrap_or_default().to_owned());
        }
        let answer: &[u8] = match (verb.as_str(), behavior()) {
            ("EHLO", Behavior::Ascii) => b"250-fake_smtp\r\n250 8BITMIME\r\n",
            ("EHLO", _) => b"250-fake_smtp\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n",
            ("AUTH", Behavior::Locked) => {
                let line = line.trim_end();
                let known = shared.passwords.lock().unwrap().join(" ");
                stream.write_all(format!("535 no, not with {line} or {known}\r\n").as_bytes()).await?;
                continue;
            }
            ("AUTH", _) => b"235 ok\r\n",
            ("MAIL", Behavior::Busy) => b"451 busy\r\n",
            ("MAIL", Behavior::Refusing) => b"554 no mail from you\r\n",
            ("MAIL", Behavior::Gone) => return Ok(()),
            ("MAIL", Behavior::Closed) => b"530 5.7.0 log in first\r\n",
            ("RCPT", Behavior::Unknown) => b"550 no such user\r\n",
            ("RCPT", Behavior::NoRelay) => b"554 5.7.1 relay access denied\r\n",
            ("DATA", behavior) => {
                stream.write_all(b"354 go on\r\n").await?;
                if behavior == Behavior::Dropping {
                    stream.read_line(&mut line).await?;
                    return Ok(());
                }
                let email = body(&mut stream).await?;
                if behavior == Behavior::Quoting {
                    let link = Received::read(&email).link();
                    shared.refused.lock().unwrap().push(email);
                    stream.write_all(format!("554 refused for {link}\r\n").as_bytes()).await?;
                    continue;
                }
                if let Behavior::Spam | Behavior::NoMailbox = behavior {
                    let refusal: &[u8] = match behavior {
                        Behavior::Spam => b"554 looks like spam\r\n",
                        _ => b"550 5.2.1 mailbox disabled\r\n",
                    };
                    stream.write_all(refusal).await?;
                    continue;
                }
                shared.emails.lock().unwrap().push(email);
                if behavior == Behavior::Mute {
                    return Ok(());
                }
                b"250 taken\r\n"
            }
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            ("MAIL" | "RCPT" | "RSET" | "NOOP", _) => b"250 ok\r\n",
            _ => b"502 what?\r\n",
        };
        stream.write_all(answer).await?;
    }
}

async fn body(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let (mut email, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.as_str() {
            ".\r\n" => return Ok(email),
            other => email.push_str(other.strip_prefix('.').unwrap_or(other)),
        }
    }
}
