//! Whom we trust: TLS settings over the machine's own root certificates.
//!
//! The roots are the machine's, not a set compiled in: a company's own authority is already
//! installed there, and the distribution takes away the ones that fail. `SSL_CERT_FILE` and
//! `SSL_CERT_DIR` name others. They are read at the first `https` request, off the async threads.

use std::error::Error;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use super::error::EgressError;

/// The settings, made once.
pub(super) struct Tls {
    given: Option<Vec<CertificateDer<'static>>>,
    config: OnceCell<ClientConfig>,
}

impl Tls {
    /// Trust in the machine's roots.
    pub(super) fn native() -> Tls {
        Tls { given: None, config: OnceCell::new() }
    }

    /// Trust in these roots only.
    #[cfg(test)]
    pub(super) fn given(roots: Vec<CertificateDer<'static>>) -> Tls {
        Tls { given: Some(roots), config: OnceCell::new() }
    }

    /// The settings; plain `http` gets ones that trust nobody, and is not kept from leaving by a
    /// machine without roots.
    ///
    /// # Errors
    /// When `https` is asked for and there is no root to trust. Tried again at the next request.
    pub(super) async fn config(&self, https: bool) -> Result<ClientConfig, EgressError> {
        if !https {
            return client_config(RootCertStore::empty());
        }
        let made = self.config.get_or_try_init(|| async {
            let roots = match &self.given {
                Some(given) => given.clone(),
                None => {
                    tokio::task::spawn_blocking(|| rustls_native_certs::load_native_certs().certs)
                        .await
                        .unwrap_or_default()
                }
            };
            let mut store = RootCertStore::empty();
            let (added, _unreadable) = store.add_parsable_certificates(roots);
            if added == 0 { Err(EgressError::NoRoots) } else { client_config(store) }
        });
        made.await.cloned()
    }
}

fn client_config(roots: RootCertStore) -> Result<ClientConfig, EgressError> {
    // The provider is named here, so that nothing depends on which one the process installs.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| EgressError::NoRoots)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Whether the other side's certificate is why a request failed.
pub(super) fn is_certificate_fault(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        if matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        // An I/O error passes over what it wraps when it is asked for its source.
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = wrapped.map_or_else(|| cause.source(), |wrapped| Some(wrapped));
    }
    false
}
