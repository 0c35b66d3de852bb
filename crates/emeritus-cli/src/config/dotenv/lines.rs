//! What stands in a `.env` file, line by line. This file needs nothing else of the program, so that its fuzz target is this
//! file.

use std::collections::BTreeMap;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

/// The error is the number of the line that cannot be read.
pub(crate) fn parse(
    text: &str,
    names: &[&'static str],
) -> Result<BTreeMap<&'static str, SecretString>, usize> {
    let mut found = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let (name, rest) = line.split_once('=').ok_or(index + 1)?;
        let value = value(rest.trim_start()).ok_or(index + 1)?;
        let known = names.iter().find(|known| **known == name.trim_end());
        if let Some(name) = known.filter(|_| !value.is_empty()) {
            found.insert(*name, SecretString::from(value.as_str()));
        }
    }
    Ok(found)
}

fn value(text: &str) -> Option<Zeroizing<String>> {
    let mut characters = text.chars();
    let Some(quote @ ('"' | '\'')) = characters.next() else {
        let bare = text.split_once(" #").map_or(text, |(value, _)| value);
        let bare = if bare.starts_with('#') { "" } else { bare };
        return Some(Zeroizing::new(bare.trim_end().to_owned()));
    };
    let mut value = Zeroizing::new(String::with_capacity(text.len()));
    loop {
        match characters.next()? {
            end if end == quote => break,
            '\\' if quote == '"' => match characters.next()? {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            other => value.push(other),
        }
    }
    let rest = characters.as_str().trim_start();
    (rest.is_empty() || rest.starts_with('#')).then_some(value)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const NAMES: [&str; 4] = ["A", "B", "C", "D"];

    fn parsed(text: &str) -> Result<Vec<(&'static str, String)>, usize> {
        let found = parse(text, &NAMES)?;
        Ok(found.into_iter().map(|(name, value)| (name, value.expose_secret().to_owned())).collect())
    }

    #[test]
    fn comments_quotes_and_export_are_understood() {
        let text = "# a comment\n\nexport A=plain # trailing\nB = 'single # \\n quoted'\nC=\"double \\\"q\\\"\" # c\nZ=other\r\nD=a#b=c\r\n";
        let expected = [("A", "plain"), ("B", "single # \\n quoted"), ("C", "double \"q\""), ("D", "a#b=c")];
        assert_eq!(parsed(text), Ok(expected.map(|(name, value)| (name, value.to_owned())).to_vec()));
    }

    #[test]
    fn an_empty_value_is_as_good_as_none() {
        assert_eq!(parsed("A=\nB=''\nC= # nothing\n"), Ok(Vec::new()));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_by_its_number() {
        assert_eq!(parsed("A=1\nnonsense\n"), Err(2));
        assert_eq!(parsed("A='open\n"), Err(1));
        assert_eq!(parsed("A='x' y\n"), Err(1));
    }
}
