//! A store in which one call goes wrong.

use std::fmt;
use std::io::{Error as IoError, ErrorKind};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use emeritus_archive::Archive;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, stream};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is refused, as a full disk, a broken one or a server does.
    Refused(ErrorKind),
    /// It is performed, and its answer is lost.
    AnswerLost,
    /// It never happens, and nothing after it: the process is gone.
    Gone,
    /// It goes right, but just before it somebody sweeps away whatever is not named yet, however new.
    Swept,
}

#[derive(Debug)]
struct Plan {
    archive: Archive,
    fault: Fault,
    at: u64,
    calls: AtomicU64,
    fired: Mutex<Vec<&'static str>>,
}

/// The store.
#[derive(Debug, Clone)]
pub(crate) struct Faulty {
    inner: Arc<dyn ObjectStore>,
    plan: Arc<Plan>,
}

impl Faulty {
    /// The `at`-th call goes wrong, counted from 1.
    pub(crate) fn new(inner: Arc<dyn ObjectStore>, fault: Fault, at: u64) -> Self {
        let archive = Archive::over(Arc::clone(&inner), &Path::default());
        Self {
            inner,
            plan: Arc::new(Plan { archive, fault, at, calls: AtomicU64::new(0), fired: Mutex::default() }),
        }
    }

    /// How many calls were made.
    pub(crate) fn calls(&self) -> u64 {
        self.plan.calls.load(Ordering::Relaxed)
    }

    /// The calls that went wrong.
    pub(crate) fn fired(&self) -> Vec<&'static str> {
        self.plan.fired.lock().unwrap().clone()
    }
}

impl Plan {
    fn now(&self, call: &'static str) -> Option<Fault> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let goes_wrong = number == self.at || self.fault == Fault::Gone && number > self.at;
        goes_wrong.then(|| {
            self.fired.lock().unwrap().push(call);
            self.fault
        })
    }

    async fn through<T>(&self, call: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
        match self.now(call) {
            None => work.await,
            Some(Fault::Refused(kind)) => Err(error(kind)),
            Some(Fault::Gone) => Err(error(ErrorKind::BrokenPipe)),
            Some(Fault::Swept) => {
                self.archive.sweep(i64::MAX).await.unwrap();
                work.await
            }
            Some(Fault::AnswerLost) => {
                work.await?;
                Err(error(ErrorKind::TimedOut))
            }
        }
    }
}

fn error(kind: ErrorKind) -> Error {
    Error::Generic { store: "faulty", source: Box::new(IoError::from(kind)) }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faulty {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(&self, to: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.plan.through("put", self.inner.put_opts(to, payload, options)).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let inner = self.plan.through("multipart", self.inner.put_multipart_opts(to, options)).await?;
        Ok(Box::new(FaultyUpload { inner, plan: Arc::clone(&self.plan) }))
    }

    async fn get_opts(&self, from: &Path, options: GetOptions) -> Result<GetResult> {
        self.plan.through("get", self.inner.get_opts(from, options)).await
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.plan.through("ranges", self.inner.get_ranges(from, ranges)).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.plan.now("list") {
            None | Some(Fault::Swept) => self.inner.list(prefix),
            Some(Fault::Refused(_) | Fault::AnswerLost | Fault::Gone) => {
                stream::iter([Err(error(ErrorKind::Other))]).boxed()
            }
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.plan.through("list", self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.plan.through("copy", self.inner.copy_opts(from, to, options)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.plan.through("rename", self.inner.rename_opts(from, to, options)).await
    }
}

#[derive(Debug)]
struct FaultyUpload {
    inner: Box<dyn MultipartUpload>,
    plan: Arc<Plan>,
}

#[async_trait]
impl MultipartUpload for FaultyUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let part = self.inner.put_part(data);
        let plan = Arc::clone(&self.plan);
        Box::pin(async move { plan.through("part", part).await })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.plan.through("complete", self.inner.complete()).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}
