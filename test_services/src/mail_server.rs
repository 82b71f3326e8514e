//! A mail server that keeps what it is sent, and answers as a test wants it.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mail_parser::MessageParser;
use mailin::{Action, Handler, Response, Session, SessionBuilder, response};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail server, at an address of its own.
pub struct MailServer {
    url: String,
    shared: Shared,
}

/// A mail that was taken.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mail {
    /// Whom the envelope names.
    pub to: String,
    /// Who it says it is from: `Name <address>`.
    pub from: String,
    /// What it is about.
    pub subject: String,
    /// Its `Message-ID`, without brackets.
    pub id: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
    /// As it came over the wire.
    pub raw: String,
}

/// How a mail is answered.
#[derive(Clone, Copy, Debug)]
pub enum MailReply {
    /// With this SMTP code, once its whole text is there.
    Code(u16),
    /// It is kept, and the line goes dead before its sender hears so.
    KeptAndCutOff,
    /// Not at all.
    Silence,
}

/// What stands for closing the connection without a word.
const CUT_OFF: Response = response::NO_SERVICE;
/// What stands for saying nothing.
const SILENCE: Response = response::OUT_OF_SPACE;

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    mails: Vec<Mail>,
    replies: VecDeque<MailReply>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MailServer {
    /// One that takes everything, unless told otherwise.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let shared = Shared::default();
        let connections = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, from)) = listener.accept().await {
                tokio::spawn(converse(stream, from, connections.clone()));
            }
        });
        Ok(Self { url, shared })
    }

    /// Where it is: `smtp://…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it has taken, in the order in which it came.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.lock().mails.clone()
    }

    /// Answers the next mails like this, one after the other.
    pub fn reply(&self, replies: impl IntoIterator<Item = MailReply>) {
        self.shared.lock().replies.extend(replies);
    }
}

/// One connection, to its end.
async fn converse(stream: TcpStream, from: SocketAddr, shared: Shared) -> io::Result<()> {
    let handler = Desk {
        shared,
        to: String::new(),
        raw: Vec::new(),
    };
    let mut session: Session<Desk> = SessionBuilder::new("mail.test").build(from.ip(), handler);
    let mut stream = BufReader::new(stream);
    stream.write_all(&session.greeting().buffer()?).await?;
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await? > 0 {
        let response = session.process(&line);
        line.clear();
        match response.action {
            Action::NoReply => continue,
            Action::Close if response == CUT_OFF => break,
            Action::Reply if response == SILENCE => std::future::pending().await,
            Action::Reply | Action::Close | Action::UpgradeTls => {}
        }
        stream.write_all(&response.buffer()?).await?;
        // Whoever was refused would be taken for going on with their mail.
        if response.is_error || response.action != Action::Reply {
            break;
        }
    }
    Ok(())
}

/// What takes one connection's mails.
struct Desk {
    shared: Shared,
    to: String,
    raw: Vec<u8>,
}

impl Handler for Desk {
    fn rcpt(&mut self, to: &str) -> Response {
        to.clone_into(&mut self.to);
        self.raw.clear();
        response::OK
    }

    fn data(&mut self, buffer: &[u8]) -> io::Result<()> {
        self.raw.extend_from_slice(buffer);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mut shared = self.shared.lock();
        let reply = shared.replies.pop_front().unwrap_or(MailReply::Code(250));
        if matches!(reply, MailReply::Code(250) | MailReply::KeptAndCutOff) {
            shared.mails.push(read(&self.to, &self.raw));
        }
        match reply {
            MailReply::Code(250) => response::OK,
            MailReply::Code(code) => Response::custom(code, "as the test wants it".to_owned()),
            MailReply::KeptAndCutOff => CUT_OFF,
            MailReply::Silence => SILENCE,
        }
    }
}

/// A mail as its reader sees it.
fn read(to: &str, raw: &[u8]) -> Mail {
    let message = MessageParser::default().parse(raw).unwrap_or_default();
    let from = message.from().and_then(|it| it.first());
    let from = from.map(|it| {
        let (name, address) = (it.name.as_deref(), it.address.as_deref());
        format!(
            "{} <{}>",
            name.unwrap_or_default(),
            address.unwrap_or_default()
        )
    });
    let text = |part: Option<std::borrow::Cow<'_, str>>| part.unwrap_or_default().into_owned();
    Mail {
        to: to.to_owned(),
        from: from.unwrap_or_default(),
        subject: message.subject().unwrap_or_default().to_owned(),
        id: message.message_id().unwrap_or_default().to_owned(),
        text: text(message.body_text(0)),
        html: text(message.body_html(0)),
        raw: String::from_utf8_lossy(raw).into_owned(),
    }
}
