"""What the web interface shows of a fortnox.yaml that cannot be used."""

SAID = "fortnox.yaml: companies.bjork.tenant: found 1; is not a key that can be set here"


def test_a_broken_fortnox_yaml_is_one_clear_line_in_the_code_location(dagster):
    (dagster.directory / "fortnox.yaml").write_text("companies: {bjork: {tenant: 1}}", encoding="utf-8")
    dagster.start("webserver")
    (entry,) = dagster.wait(
        "the error", lambda: [each for each in dagster.locations() if each["loadStatus"] == "LOADED"]
    )
    error = entry["locationOrLoadError"]
    assert error["__typename"] == "PythonError"
    assert error["message"].splitlines() == [f"dagster._core.errors.DagsterInvalidDefinitionError: {SAID}"]
