use crate::desk::Desk;

#[test]
fn every_shell_gets_a_script_that_names_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = Desk::bare().run(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{shell}");
        for command in ["retire", "resume", "delete-without-hold"] {
            assert!(said.out.contains(command), "{shell}: {command}");
        }
    }
}
