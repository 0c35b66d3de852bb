//! Where an archive stands: a folder, or a bucket of an S3-compatible store.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore};

/// Where an archive stands.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder; it is made if it is not there.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Bucket),
}

/// A bucket of an S3-compatible store. It must honour `If-None-Match: *` on PUT: commits rest on it.
#[derive(Clone)]
pub struct Bucket {
    /// Name of the bucket.
    pub name: String,
    /// Prefix of the archive's keys; empty for the whole bucket.
    pub prefix: String,
    /// Region, as requests are signed for it.
    pub region: String,
    /// Base URL of the store, unless it is AWS itself.
    pub endpoint: Option<String>,
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Session token, if the keys are temporary.
    pub token: Option<String>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("prefix", &self.prefix)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// An archive's place cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("cannot make the folder {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store refuses its settings.
    #[error("cannot set up the archive's store")]
    Store(#[source] object_store::Error),
    /// The prefix is no path of an object store.
    #[error("the prefix {prefix} cannot be used")]
    Prefix {
        /// The prefix.
        prefix: String,
        /// Why.
        #[source]
        source: object_store::path::Error,
    },
}

/// Opens the store, and returns it with the path of the archive in it.
pub(crate) fn open(location: &Location) -> Result<(Arc<dyn ObjectStore>, Path), OpenError> {
    match location {
        Location::Folder(folder) => {
            std::fs::create_dir_all(folder)
                .map_err(|source| OpenError::Folder { folder: folder.clone(), source })?;
            let store = LocalFileSystem::new_with_prefix(folder).map_err(OpenError::Store)?;
            Ok((Arc::new(store.with_fsync(true)), Path::default()))
        }
        Location::Bucket(bucket) => open_bucket(bucket),
    }
}

fn open_bucket(bucket: &Bucket) -> Result<(Arc<dyn ObjectStore>, Path), OpenError> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails only when another thread was faster, and then there is one.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let plain = bucket.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.access_key)
        .with_secret_access_key(&bucket.secret_key)
        .with_client_options(ClientOptions::new().with_allow_http(plain));
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint).with_virtual_hosted_style_request(false);
    }
    if let Some(token) = &bucket.token {
        builder = builder.with_token(token);
    }
    let prefix = Path::parse(&bucket.prefix)
        .map_err(|source| OpenError::Prefix { prefix: bucket.prefix.clone(), source })?;
    Ok((Arc::new(builder.build().map_err(OpenError::Store)?), prefix))
}
