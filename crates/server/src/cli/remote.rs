//! A running server, for commands that go through its API.

use std::time::Duration;

use clap::Args;
use outreach::egress::{Request, Timeouts};
use outreach::{Allowance, Egress, EgressPolicy};
use serde_json::Value as Json;

use super::Failure;

/// A file of rows may take its time.
const PATIENCE: Duration = Duration::from_secs(600);
/// Bytes of an answer: the list of refused rows may be long.
const ANSWER_MAX: usize = 256 * 1024 * 1024;

/// Which server, and the token that it knows.
#[derive(Debug, Args)]
pub struct RemoteArgs {
    /// Go through a running server, as http://127.0.0.1:8080
    #[arg(long, env = "TESSERA_URL", value_name = "URL", requires = "token")]
    url: Option<String>,

    /// A token of that server
    #[arg(long, env = "TESSERA_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// A server that is asked with a token.
pub struct Remote {
    egress: Egress,
    base: String,
    authorization: String,
}

impl Remote {
    /// The server that the operator names, if they do.
    pub fn of(args: &RemoteArgs) -> Result<Option<Remote>, Failure> {
        let (Some(url), Some(token)) = (&args.url, &args.token) else { return Ok(None) };
        let base = url.trim_end_matches('/').to_owned();
        // The operator names this very place, so it may be a private one.
        let place: Allowance = base.parse().map_err(|fault| Failure::new(format!("{fault}")))?;
        let policy = EgressPolicy {
            allow_private: vec![place],
            timeouts: Timeouts { total: PATIENCE, ..Timeouts::default() },
            max_response: ANSWER_MAX,
        };
        let authorization = format!("Bearer {token}");
        Ok(Some(Remote { egress: Egress::new(policy), base, authorization }))
    }

    /// The workspace that the token opens.
    pub async fn only_workspace(&self) -> Result<String, Failure> {
        let me = self.get("me").await?;
        match me["workspaces"][0]["slug"].as_str() {
            Some(slug) => Ok(slug.to_owned()),
            None => Err(Failure::new("The token opens no workspace.")),
        }
    }

    /// Reads JSON.
    pub async fn get(&self, path: &str) -> Result<Json, Failure> {
        read(&self.send("GET", path, Vec::new()).await?)
    }

    /// Reads a file.
    pub async fn get_text(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.send("GET", path, Vec::new()).await
    }

    /// Sends and reads JSON.
    pub async fn post(&self, path: &str, body: &Json) -> Result<Json, Failure> {
        read(&self.send("POST", path, body.to_string().into_bytes()).await?)
    }

    async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let failed = |error: outreach::EgressError| {
            Failure::new(format!("{} cannot be reached: {error}", self.base))
        };
        let url = format!("{}/api/v1/{path}", self.base);
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("accept-language", super::language().tag()),
            ("content-type", "application/json"),
        ];
        let method = method.parse().expect("methods are written here");
        let request = Request { method, url: &url, headers: &headers, body };
        let reply = self.egress.send(request).await.map_err(failed)?;
        let status = reply.status();
        let body = reply.body().await.map_err(failed)?;
        match status {
            200..300 => Ok(body),
            _ => Err(refusal(status, &body)),
        }
    }
}

fn read(body: &[u8]) -> Result<Json, Failure> {
    serde_json::from_slice(body).map_err(|_| Failure::new("The server's answer is not JSON."))
}

/// A refusal as the server words it.
fn refusal(status: u16, body: &[u8]) -> Failure {
    let problem: Json = serde_json::from_slice(body).unwrap_or_default();
    let Some(detail) = problem["detail"].as_str() else {
        return Failure::new(format!("The server answered {status}."));
    };
    let mut message = detail.to_owned();
    for fault in problem["errors"].as_array().into_iter().flatten() {
        let (path, text) = (fault["path"].as_str(), fault["message"].as_str());
        message.push_str(&format!("\n  {}: {}", path.unwrap_or(""), text.unwrap_or("")));
    }
    if let Some(hint) = problem["hint"].as_str() {
        message.push_str(&format!("\n{hint}"));
    }
    Failure::new(message)
}
