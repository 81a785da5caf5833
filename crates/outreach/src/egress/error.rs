//! Why a request did not leave, or did not come back. No variant carries a word of what the other
//! side answered, nor the URL, whose path may hold a secret.

use std::fmt;

/// Why the policy refuses a target. Decided before any connection is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Not one absolute URL: spaces, control characters, backslashes, no host, too long.
    Syntax,
    /// Neither `https` nor `http`.
    Scheme,
    /// Plain `http` to an origin that the operator has not named.
    PlainHttp,
    /// A user name or password inside the URL.
    UserInfo,
    /// A host written in another way than its usual one: octal, hexadecimal or short addresses,
    /// percent-encoding, a trailing dot.
    HostSpelling,
    /// A name that is never public, such as `localhost` or `printer.local`.
    HostName,
    /// A port that is not one of web servers.
    Port,
    /// An address that is not public, or a name of which any answer is not.
    Address,
}

impl Refusal {
    /// Every refusal, for tables and tests.
    pub const ALL: [Refusal; 8] = [
        Refusal::Syntax,
        Refusal::Scheme,
        Refusal::PlainHttp,
        Refusal::UserInfo,
        Refusal::HostSpelling,
        Refusal::HostName,
        Refusal::Port,
        Refusal::Address,
    ];

    /// The permanent code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Syntax => "url_syntax",
            Refusal::Scheme => "url_scheme",
            Refusal::PlainHttp => "url_plain_http",
            Refusal::UserInfo => "url_user_info",
            Refusal::HostSpelling => "url_host_spelling",
            Refusal::HostName => "url_host_name",
            Refusal::Port => "url_port",
            Refusal::Address => "url_address",
        }
    }

    /// The sentence for people, in English and in Chinese.
    pub fn texts(self) -> (&'static str, &'static str) {
        match self {
            Refusal::Syntax => ("This is not a complete web address.", "网址不完整或格式有误。"),
            Refusal::Scheme => {
                ("A web address here starts with https://.", "网址必须以 https:// 开头。")
            }
            Refusal::PlainHttp => (
                "Unencrypted http:// is used only for addresses that the operator has allowed.",
                "未加密的 http:// 仅可用于运维人员已放行的地址。",
            ),
            Refusal::UserInfo => (
                "A web address may not contain a user name or password.",
                "网址中不能包含用户名或密码。",
            ),
            Refusal::HostSpelling => (
                "Write the host in its usual form, such as hooks.example.com.",
                "请用常规写法填写主机名，例如 hooks.example.com。",
            ),
            Refusal::HostName => {
                ("This host name is not one of the public internet.", "该主机名不是公网主机名。")
            }
            Refusal::Port => ("Requests are not sent to this port.", "不允许访问该端口。"),
            Refusal::Address => (
                "The host does not lead to a permitted public address.",
                "该主机未指向允许访问的公网地址。",
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.texts().0)
    }
}

impl std::error::Error for Refusal {}

/// Why there is no reply to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EgressError {
    /// The policy forbids the target; trying again changes nothing.
    Refused(Refusal),
    /// The request itself cannot be sent as HTTP, such as a header with a line break.
    Malformed,
    /// The name has no address, or the name servers did not answer.
    Unresolved,
    /// No connection came about.
    Unreachable,
    /// The other side's certificate is not trusted, or does not bear its name.
    Certificate,
    /// This machine has no trusted root certificates, so nobody can be trusted.
    NoRoots,
    /// No complete reply within the time allowed.
    TimedOut,
    /// A connection, but no complete HTTP reply over it.
    ReplyBroken,
    /// The reply is larger than allowed.
    ReplyTooLarge,
}

impl EgressError {
    /// Every kind of error, one refusal standing for all, for tables and tests.
    pub const ALL: [EgressError; 9] = [
        EgressError::Refused(Refusal::Address),
        EgressError::Malformed,
        EgressError::Unresolved,
        EgressError::Unreachable,
        EgressError::Certificate,
        EgressError::NoRoots,
        EgressError::TimedOut,
        EgressError::ReplyBroken,
        EgressError::ReplyTooLarge,
    ];

    /// The permanent code of this error.
    pub fn code(self) -> &'static str {
        match self {
            EgressError::Refused(refusal) => refusal.code(),
            EgressError::Malformed => "request_malformed",
            EgressError::Unresolved => "host_unresolved",
            EgressError::Unreachable => "host_unreachable",
            EgressError::Certificate => "certificate_untrusted",
            EgressError::NoRoots => "certificates_missing",
            EgressError::TimedOut => "reply_timeout",
            EgressError::ReplyBroken => "reply_broken",
            EgressError::ReplyTooLarge => "reply_too_large",
        }
    }

    /// The sentence for people, in English and in Chinese.
    pub fn texts(self) -> (&'static str, &'static str) {
        match self {
            EgressError::Refused(refusal) => refusal.texts(),
            EgressError::Malformed => {
                ("The request could not be put together.", "无法构造该请求。")
            }
            EgressError::Unresolved => ("The host name was not found.", "找不到该主机名。"),
            EgressError::Unreachable => ("The host could not be reached.", "无法连接到该主机。"),
            EgressError::Certificate => (
                "The host's certificate is not trusted or belongs to another name.",
                "该主机的证书不受信任，或与主机名不符。",
            ),
            EgressError::NoRoots => (
                "This machine has no root certificates: install ca-certificates or set SSL_CERT_FILE.",
                "本机没有根证书：请安装 ca-certificates，或设置 SSL_CERT_FILE。",
            ),
            EgressError::TimedOut => {
                ("The host did not answer in time.", "该主机未在规定时间内响应。")
            }
            EgressError::ReplyBroken => {
                ("The host did not give a complete HTTP reply.", "该主机未返回完整的 HTTP 响应。")
            }
            EgressError::ReplyTooLarge => ("The host's reply is too large.", "该主机的响应过大。"),
        }
    }
}

impl From<Refusal> for EgressError {
    fn from(refusal: Refusal) -> EgressError {
        EgressError::Refused(refusal)
    }
}

impl fmt::Display for EgressError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.texts().0)
    }
}

impl std::error::Error for EgressError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_error_has_its_own_code_and_a_sentence_in_both_languages() {
        let all = Refusal::ALL.into_iter().map(EgressError::Refused).chain(EgressError::ALL);
        let mut codes = HashSet::new();
        for error in all {
            let (en, zh) = error.texts();
            assert!(en.ends_with('.') && en.is_ascii(), "{en}");
            assert!(zh.ends_with('。'), "{zh}");
            assert_eq!(error.to_string(), en);
            codes.insert(error.code());
        }
        assert_eq!(codes.len(), Refusal::ALL.len() + EgressError::ALL.len() - 1);
    }
}
