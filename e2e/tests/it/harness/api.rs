//! The API, to prepare what a test begins with and to compare with what pages say.

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method};
use serde_json::Value;

/// The API with one account's token.
pub(crate) struct Api {
    client: Client,
    base: String,
    token: String,
}

impl Api {
    pub(crate) fn new(base: String, token: String) -> Result<Self> {
        Ok(Self { client: Client::builder().no_proxy().build()?, base, token })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask(Method::PUT, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = response.status();
        let text = response.text().await?;
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: JSON in {text:?}"))
    }
}
