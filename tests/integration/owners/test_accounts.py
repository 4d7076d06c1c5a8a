"""From a front-end's person to a Pod account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from pod.authentication.models import Owner
from pod.bbb_migration.owners.accounts import AccountAction, AccountDecision, Accounts
from pod.bbb_migration.owners.base import Person

pytestmark = pytest.mark.django_db


def person(username: str, number: str = "7", **values: str) -> Person:
    """Return somebody of the default Moodle."""
    known = {"source": "moodle:default", "email": f"{username}@univ.example", "idnumber": ""}
    return Person(id=number, username=username, **{**known, **values})


def accounts(*, create: bool = True, staff: bool = True) -> Accounts:
    """Return the accounts of a run."""
    return Accounts(create=create, staff=staff)


def decide(one: Person, *, create: bool = True) -> AccountDecision:
    """Return the decision for one person in a fresh run."""
    return accounts(create=create).decide([one])[one]


@pytest.mark.parametrize("name", ["ada", "ADA", " Ada "])
def test_the_username_decides_in_any_case(name: str) -> None:
    """Pod's Ada is Moodle's ada, whatever her mail."""
    ada = User.objects.create_user("Ada", "elsewhere@univ.example")
    User.objects.create_user("other", "ada@univ.example")
    decision = decide(person(name, email="ada@univ.example"))
    assert (decision.action, decision.user_id) == (AccountAction.MATCH, ada.pk)


def test_another_mail_address_is_told() -> None:
    """Two people may have one name where both sides give names out: the report says what speaks for it."""
    User.objects.create_user("bob", "bob@pod.example")
    decision = decide(person("bob", email="bob@moodle.example"))
    assert str(decision.reason) == "username bob; its mail address is another one, bob@pod.example"
    assert str(decide(person("bob", email="")).reason) == "username bob"


@pytest.fixture
def strict() -> None:
    """A database in which two usernames may differ in case alone: any but MariaDB and MySQL."""
    if connection.vendor == "mysql":
        pytest.skip("this database holds no two usernames that differ in case alone")


def test_the_same_letters_win_over_other_case(strict: None) -> None:
    """Pod may hold both `Ada` and `ada`."""
    User.objects.create_user("Ada")
    ada = User.objects.create_user("ada")
    assert decide(person("ada")).user_id == ada.pk


def test_several_names_in_other_case_are_refused(strict: None) -> None:
    """Nobody can tell which: no account is made either."""
    User.objects.create_user("Ada")
    User.objects.create_user("aDa")
    decision = decide(person("ada"))
    assert (decision.action, decision.user_id) == (AccountAction.REFUSE, None)
    assert "several" in str(decision.reason)


def test_a_mail_address_that_is_unique_decides_next() -> None:
    """In any case."""
    ada = User.objects.create_user("amartin", "ADA@univ.example")
    assert decide(person("ada")).user_id == ada.pk


def test_a_mail_address_that_two_pod_accounts_share_decides_nothing() -> None:
    """A new account is made."""
    User.objects.create_user("one", "ada@univ.example")
    User.objects.create_user("two", "ada@univ.example")
    assert decide(person("ada")).action is AccountAction.CREATE


def test_a_mail_address_that_two_moodle_accounts_share_decides_nothing() -> None:
    """Two people of one front-end never become one, within a batch and across."""
    User.objects.create_user("secretary", "office@univ.example")
    run = accounts()
    first, second = (person(name, name, email="office@univ.example") for name in ("ada", "bob"))
    found = run.decide([first, second])
    assert [found[one].username for one in (first, second)] == ["ada", "bob"]
    third = person("cleo", "cleo", email="office@univ.example")
    assert run.decide([third])[third].username == "cleo"


@pytest.mark.parametrize("usernames", [("", ""), ("ada.king", ""), ("", "ada.king")])
def test_whoever_has_no_username_is_the_person_with_the_mail_address(usernames: tuple[str, str]) -> None:
    """Greenlight keeps an account per way to log in, and per institution: one mailbox is one person."""
    ada = User.objects.create_user("ada", "ada@univ.example")
    twice = [
        person(name, str(number), source="greenlight", email="ada@univ.example")
        for number, name in enumerate(usernames)
    ]
    assert [one.user_id for one in accounts().decide(twice).values()] == [ada.pk, ada.pk]


def test_a_new_account_takes_its_name_from_a_username_if_there_is_one() -> None:
    """Single sign-on compares it, in whatever order a person's names are found."""
    nameless = person("", source="greenlight", email="ada@univ.example")
    found = accounts().decide([nameless, person("ada", "8")])
    assert {decision.username for decision in found.values()} == {"ada"}


def test_the_idnumber_is_asked_last() -> None:
    """Where Pod's usernames are staff numbers."""
    ada = User.objects.create_user("E1234")
    decision = decide(person("ada", idnumber="e1234"))
    assert (decision.user_id, "idnumber" in str(decision.reason)) == (ada.pk, True)


def test_empty_mail_and_idnumber_match_nobody() -> None:
    """Pod accounts without a mail address are many."""
    User.objects.create_user("nomail", "")
    other, ada = person("nomail", "6", email=""), person("ada", email="", idnumber="")
    decision = accounts().decide([other, ada])[ada]
    assert (decision.action, decision.username) == (AccountAction.CREATE, "ada")


def test_deciding_writes_nothing() -> None:
    """A dry run."""
    decision = decide(person("ada"))
    assert (decision.action, decision.is_staff) == (AccountAction.CREATE, True)
    assert "new account ada, staff" in str(decision.reason)
    assert not User.objects.exists()


def test_the_setting_may_forbid_new_accounts() -> None:
    """The reason names it."""
    ada = person("ada")
    decision = accounts(create=False).apply([ada])[ada]
    assert decision.action is AccountAction.REFUSE
    assert "MIGRATION_CREATE_USERS" in str(decision.reason)
    assert not User.objects.exists()


def test_nobody_without_a_name() -> None:
    """Neither username nor mail address."""
    assert decide(person("", email="")).action is AccountAction.REFUSE


@pytest.mark.parametrize("staff", [True, False])
def test_a_new_account_is_complete(*, staff: bool) -> None:
    """Names, staff flag, no password that works, a profile with the site's usual single sign-on."""
    ada = person("ada", first_name="Ada", last_name="N’Diaye")
    for name in ("root", "admin"):  # who log in here, as administrators may
        User.objects.create_superuser(name)
    Owner.objects.update_or_create(user=User.objects.create_user("bob"), defaults={"auth_type": "Shibboleth"})
    decision = Accounts(create=True, staff=staff).apply([ada])[ada]
    user = User.objects.get(username="ada")
    assert decision.user_id == user.pk
    assert (user.username, user.email, user.first_name, user.last_name, user.is_staff) == (
        *("ada", "ada@univ.example", "Ada", "N’Diaye"),
        staff,
    )
    assert not user.has_usable_password()
    assert Owner.objects.get(user=user).auth_type == "Shibboleth"


def test_an_account_that_is_there_keeps_what_it_has() -> None:
    """Neither staff flag, password nor profile changes."""
    User.objects.create_user("ada", "old@univ.example", "secret")
    ada = person("ada")
    decision = accounts().apply([ada])[ada]
    user = User.objects.get()
    assert (user.email, user.is_staff, user.check_password("secret")) == ("old@univ.example", False, True)
    assert (decision.is_staff, user.owner.auth_type) == (False, "local")


def test_one_person_gets_one_account() -> None:
    """Twice in a batch, in a second batch, at a second run: one account."""
    ada = person("ada")
    run = accounts()
    ids = {run.apply([ada, ada])[ada].user_id, run.apply([ada])[ada].user_id}
    ids.add(accounts().apply([ada])[ada].user_id)
    assert ids == {User.objects.get().pk}


def test_one_person_of_two_moodles_gets_one_account() -> None:
    """The same username, or the same mail address, in another front-end."""
    ada = person("ada")
    by_name = person("ADA", source="moodle:arts", email="")
    by_mail = person("ada.m", source="greenlight", email="ada@univ.example")
    run = accounts()
    planned = run.decide([ada, by_name, by_mail])
    assert {decision.username for decision in planned.values()} == {"ada"}
    assert {decision.user_id for decision in run.apply([by_mail, by_name, ada]).values()} == {
        User.objects.get().pk
    }


def test_an_account_made_in_one_batch_is_there_for_the_next() -> None:
    """Also for the same person of another front-end: it is matched, not announced as new once more."""
    ada, elsewhere = person("ada"), person("ADA", source="moodle:arts", email="")
    run = accounts()
    made = run.apply([ada])[ada].user_id
    found = run.decide([elsewhere])[elsewhere]
    assert (found.action, found.user_id) == (AccountAction.MATCH, made)
    assert "new" not in str(found.reason)


def test_an_account_planned_for_two_is_made_for_both() -> None:
    """Two front-ends' names for one person: whose turn comes later finds the number of the first."""
    ada, elsewhere = person("ada"), person("ADA", source="moodle:arts", email="")
    run = accounts()
    run.decide([ada, elsewhere])
    made = run.apply([ada])[ada].user_id
    assert run.decide([elsewhere])[elsewhere].user_id == made


def test_each_planned_account_is_made_for_its_own_person() -> None:
    """One after the other, too: an account that was made says nothing of the other plans."""
    ada, bob = person("ada"), person("bob", "8")
    run = accounts()
    run.decide([ada, bob])
    run.apply([ada])
    made = run.apply([bob])[bob].user_id
    assert made == User.objects.get(username="bob").pk


def test_another_spelling_of_a_mail_address_is_no_other_one() -> None:
    """Case and spaces around it are no news about who somebody is."""
    User.objects.create_user("ada", "Ada@univ.example")
    assert str(decide(person("ada", email=" ADA@univ.example ")).reason) == "username ada"


def test_spaces_and_case_of_a_mail_address_or_idnumber_do_not_matter() -> None:
    """Front-ends let people type them."""
    ada = User.objects.create_user("amartin", "ada@univ.example")
    number = User.objects.create_user("e1234")
    assert decide(person("x", email=" Ada@univ.example ")).user_id == ada.pk
    assert decide(person("y", email="", idnumber=" E1234 ")).user_id == number.pk


def test_a_name_that_pod_cannot_hold_is_changed_and_found_again() -> None:
    """Another run finds the account by the changed name, even without a mail address."""
    ada = person("ada martin", email="")
    first = accounts().apply([ada])[ada]
    assert "ada martin" in str(first.reason)
    assert accounts().apply([ada])[ada].user_id == first.user_id
    assert User.objects.get().username.startswith("ada_martin-")


def test_long_and_wrong_values_fit_pods_columns() -> None:
    """Names are cut, what is no mail address is left out."""
    ada = person("a" * 200, first_name="F" * 200, last_name="L" * 200, email="not an address")
    accounts().apply([ada])
    user = User.objects.get()
    user.full_clean(exclude=["password"])
    assert (len(user.username), len(user.first_name), user.email) == (150, 150, "")


@pytest.mark.parametrize("length", [254, 255])
def test_a_mail_address_that_is_too_long_for_the_column_is_left_out(length: int) -> None:
    """PostgreSQL would refuse it, and with it the accounts of all others."""
    mail = f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}"[: length - 3] + ".fr"
    accounts().apply([person("ada", email=mail)])
    assert User.objects.get().email == (mail if length == 254 else "")


@pytest.mark.parametrize("name", ["ada", "Ada"])
def test_a_name_taken_since_is_used(name: str) -> None:
    """Somebody logged in for the first time between plan and run, maybe in other case: all of it stays."""
    ada = person("ada")
    run = accounts()
    run.decide([ada])
    late = User.objects.create_user(name, password="secret")
    assert run.apply([ada])[ada].user_id == late.pk
    assert User.objects.get().check_password("secret")


def test_a_new_name_for_a_known_person_is_the_same_person() -> None:
    """Names and mail may differ between two findings; source and id tell."""
    run = accounts()
    ada = person("ada")
    renamed = replace(ada, last_name="Married")
    found = run.decide([ada, renamed])
    assert found[ada].username == found[renamed].username == "ada"
    assert found[renamed].person is renamed


def test_inactive_accounts_are_told() -> None:
    """They match, and the reason says that nobody can log in."""
    User.objects.create_user("ada", is_active=False)
    assert "inactive" in str(decide(person("ada")).reason)


def test_a_batch_takes_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """However many people; those already decided on take none."""
    people = [person(f"user{number}", str(number), idnumber=f"emp{number}") for number in range(400)]
    run = accounts()
    with django_assert_num_queries(2):
        run.decide(people)
    with django_assert_num_queries(0):
        run.decide(people[:10])


def test_names_of_every_script_are_found() -> None:
    """A database that lowers ASCII only still finds the name as it is written."""
    user = User.objects.create_user("Élodie")
    assert decide(person("Élodie")).user_id == user.pk


def test_accents_never_give_somebody_elses_account() -> None:
    """Where the database takes é for e, René gets no account at all; elsewhere one of his own."""
    rene = User.objects.create_user("rene")
    one = person("rené", email="")
    made = accounts().apply([one])[one]
    assert made.user_id != rene.pk
    assert decide(one).action is not AccountAction.CREATE or made.username == "rené"
