//! The process, from the side of the test that starts it.

use std::{
    io::{BufRead, BufReader, Result},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde::Serialize;

use crate::{Behaviour, Books, Callback, Charge, Misbehave};

/// A running process that plays the services. It ends when this is dropped.
pub struct TestServices {
    process: Child,
    url: String,
    client: reqwest::Client,
}

impl TestServices {
    /// Starts the executable on a free port.
    ///
    /// # Errors
    /// It cannot be started, or does not say where it listens.
    pub fn start(executable: &Path) -> Result<Self> {
        let mut process = Command::new(executable)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut address)?;
        }
        Ok(Self {
            process,
            url: format!("http://{}", address.trim()),
            client: client(),
        })
    }

    /// Where all services are.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets the next `times` calls of `operation` go like this.
    pub async fn behave(&self, operation: &str, behaviour: Behaviour, times: usize) {
        let command = Misbehave {
            operation: operation.to_owned(),
            behaviour,
            times,
        };
        self.command(reqwest::Method::POST, "behave", &command)
            .await;
    }

    /// Sets how many of `sku` are left.
    pub async fn stock(&self, sku: &str, left: i64) {
        self.command(reqwest::Method::PUT, "stock", &(sku, left))
            .await;
    }

    /// Says what became of a charge, whatever was said before.
    pub async fn settle(&self, key: &str, status: &str) {
        self.command(reqwest::Method::PUT, "settle", &(key, status))
            .await;
    }

    /// Takes money for an order of its own accord.
    pub async fn take(&self, id: &str, order_id: &str, amount_minor: i64) {
        self.command(reqwest::Method::PUT, "take", &(id, order_id, amount_minor))
            .await;
    }

    /// Decides a charge if it is still running, and says what became of it; `None` for one that nobody asked for.
    pub async fn decide(&self, key: &str, status: &str) -> Option<Charge> {
        let answer = self
            .command(reqwest::Method::PUT, "decide", &(key, status))
            .await;
        answer.json().await.expect("the charge can be read")
    }

    /// Loses every reservation and charge.
    pub async fn forget(&self) {
        self.command(reqwest::Method::POST, "forget", &()).await;
    }

    /// What the services know.
    pub async fn books(&self) -> Books {
        let answer = self
            .client
            .get(format!("{}/control/books", self.url))
            .send()
            .await;
        let answer = answer.expect("the services answer their test");
        answer.json().await.expect("the books can be read")
    }

    /// Sends a callback, and says how each repeat was answered.
    pub async fn call_back(&self, callback: &Callback) -> Vec<u16> {
        let answer = self
            .command(reqwest::Method::POST, "callback", callback)
            .await;
        answer.json().await.expect("the statuses can be read")
    }

    async fn command(
        &self,
        method: reqwest::Method,
        name: &str,
        body: &impl Serialize,
    ) -> reqwest::Response {
        let url = format!("{}/control/{name}", self.url);
        let answer = self.client.request(method, url).json(body).send().await;
        let answer = answer.expect("the services answer their test");
        assert!(answer.status().is_success(), "{name}: {}", answer.status());
        answer
    }
}

impl Drop for TestServices {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn client() -> reqwest::Client {
    // An error means that somebody chose before us.
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests' own, not the product's"
    )]
    reqwest::Client::new()
}
