//! Pinned connections over TLS: the address comes from the judgement, the identity from the name.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::*;
use super::bench::*;

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Authority { issuer }
    }

    fn root(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// Serves `https` on 127.0.0.2 under a name, answering 204 to every connection.
    async fn serve(&self, name: &str) -> u16 {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        });
        port
    }
}

fn egress(roots: Vec<CertificateDer<'static>>, port: u16) -> Egress {
    let named = policy(&format!("https://hooks.example.com:{port}"));
    Egress::with_roots(named, Told::each(&[&["127.0.0.2"]]), roots)
}

async fn ask(egress: &Egress, port: u16) -> Result<u16, EgressError> {
    let url = format!("https://hooks.example.com:{port}/");
    egress.send(get(&url)).await.map(|reply| reply.status())
}

#[tokio::test]
async fn a_pinned_connection_is_trusted_by_the_name_of_its_target() {
    let authority = Authority::new();
    let port = authority.serve("hooks.example.com").await;
    let egress = egress(vec![authority.root()], port);
    assert_eq!(ask(&egress, port).await, Ok(204));
    assert_eq!(ask(&egress, port).await, Ok(204));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let authority = Authority::new();
    let port = authority.serve("other.example.com").await;
    let egress = egress(vec![authority.root()], port);
    assert_eq!(ask(&egress, port).await, Err(EgressError::Certificate));
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let port = Authority::new().serve("hooks.example.com").await;
    let egress = egress(vec![Authority::new().root()], port);
    assert_eq!(ask(&egress, port).await, Err(EgressError::Certificate));
}

#[tokio::test]
async fn a_machine_without_roots_trusts_nobody_and_says_so() {
    let port = Authority::new().serve("hooks.example.com").await;
    assert_eq!(ask(&egress(Vec::new(), port), port).await, Err(EgressError::NoRoots));
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_nothing() {
    let server = server_at("127.0.0.2").await;
    let port = server.address().port();
    let result = ask(&egress(vec![Authority::new().root()], port), port).await;
    assert_eq!(result, Err(EgressError::Unreachable));
    assert!(server.received().iter().all(|received| !received.request_line.contains("GET")));
}
