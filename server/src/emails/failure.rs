//! Why an email was not sent, in plain words. The table stores the technical text, which may be of an older build.

/// Parts of technical texts, in the order in which they are searched. 53x asks for a log-in: see `mail/smtp.rs`.
const CAUSES: [(&str, &str); 15] = [
    ("SMTP_URL is not set", "No mail server is configured."),
    ("error (53", "The mail server refused the log-in. Check SMTP_URL."),
    ("SMTPUTF8", "The mail server does not accept this address."),
    ("error (5", "The mail server refused the email."),
    ("error (4", "The mail server asked to try again later."),
    ("took longer", "The mail server did not answer in time."),
    ("tls error", "The mail server could not be reached by an encrypted connection."),
    ("Connection error", "The mail server could not be reached."),
    ("network error", "The connection to the mail server broke."),
    ("response error", "The mail server gave an answer that is not SMTP."),
    ("internal client error", "The mail server does not offer what the settings ask for."),
    ("foreign key", "The job conflicts with other data."),
    ("database", "The database did not answer."),
    ("does not know this kind", "This version of the product does not know the job."),
    ("the program ended", "The program ended during each attempt."),
];

/// Empty for an empty text.
pub(super) fn in_plain_words(error: &str) -> &'static str {
    let cause = CAUSES.into_iter().find(|(part, _)| error.contains(part));
    cause.map_or(if error.is_empty() { "" } else { "The job failed." }, |(_, words)| words)
}
