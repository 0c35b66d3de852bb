//! Archives records from a file of JSON lines: `fill FOLDER BATCH FILE`. All groups of columns are kept.
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::fs::File;
use std::io::{BufRead as _, BufReader};

use emeritus_archive::{Archive, BatchSpec, Begun, Groups, Location};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut arg = |name| args.next().ok_or_else(|| format!("{name} is missing"));
    let (folder, id, file) = (arg("FOLDER")?, arg("BATCH")?, arg("FILE")?);
    let archive = Archive::open(&Location::Folder(folder.into()))?;
    let spec = BatchSpec {
        id,
        organization: "example".to_owned(),
        source: file.clone(),
        window: (0, 0),
        subjects: Vec::new(),
        now: 1_767_225_600_000,
        groups: Groups::ALL,
        skip_archived: false,
    };
    let manifest = match archive.begin(spec).await? {
        Begun::Done(manifest) => manifest,
        Begun::Open(mut batch) => {
            for line in BufReader::new(File::open(file)?).split(b'\n') {
                batch.add(&line?)?;
            }
            batch.finish().await?
        }
    };
    let bytes: u64 = manifest.files.iter().map(|file| file.size).sum();
    println!("{} conversations, {bytes} bytes", manifest.records);
    Ok(())
}
