//! Which environment variables mean something.

use std::collections::BTreeSet;

use clap::Command;

/// What all settings begin with.
const PREFIX: &str = "TESSERA_";
/// The test suites' own variables, which programs started by tests inherit.
const TESTS: &str = "TESSERA_TEST_";
/// Variables of the project's other tools, inherited in the same way.
const OTHERS: [&str; 3] = ["TESSERA_API", "TESSERA_CHROMIUM", "TESSERA_POSTGRES_DIRECTORY"];

/// Refuses variables that begin with `TESSERA_` and that no flag of the command reads.
///
/// # Errors
/// A text for the operator: the name, and the nearest one that is known.
pub fn refuse_unknown(
    command: &Command,
    names: impl IntoIterator<Item = String>,
) -> Result<(), String> {
    let known = known(command);
    for name in names {
        let foreign = name.starts_with(TESTS) || OTHERS.contains(&name.as_str());
        if !name.starts_with(PREFIX) || foreign || known.contains(&name) {
            continue;
        }
        let nearest = known.iter().min_by_key(|candidate| distance(candidate, &name));
        let hint = nearest.map(|nearest| format!(" Did you mean {nearest}?"));
        return Err(format!("There is no setting {name}.{}", hint.unwrap_or_default()));
    }
    Ok(())
}

fn known(command: &Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_env());
    let mut names: BTreeSet<String> = own.map(|name| name.to_string_lossy().into_owned()).collect();
    for below in command.get_subcommands() {
        names.extend(known(below));
    }
    names
}

/// How many characters must be put in, taken out or exchanged to make one text the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let exchanged = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn refuse(name: &str) -> Result<(), String> {
        refuse_unknown(&crate::cli::Cli::command(), [name.to_owned()])
    }

    #[test]
    fn an_unknown_setting_is_refused_with_the_nearest_known_one() {
        let message = refuse("TESSERA_BASEURL").unwrap_err();
        assert_eq!(message, "There is no setting TESSERA_BASEURL. Did you mean TESSERA_BASE_URL?");
        assert!(refuse("TESSERA_LISTN").unwrap_err().contains("TESSERA_LISTEN?"));
    }

    #[test]
    fn known_settings_and_those_of_others_pass() {
        for name in ["TESSERA_DATA", "TESSERA_LOG", "TESSERA_TEST_POSTGRES", "PATH", "tessera_x"] {
            assert_eq!(refuse(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
