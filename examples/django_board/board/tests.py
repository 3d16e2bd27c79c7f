"""The system as its users meet it."""

from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import TransactionTestCase

from board.log import log
from board.models import Notice, Post


class BoardTest(TransactionTestCase):
    """A clerk of a board, who enters what its chair has decided."""

    @classmethod
    def tearDownClass(cls) -> None:
        """Let go of the store, which is removed."""
        log().close()
        super().tearDownClass()

    def setUp(self) -> None:
        """Sign the clerk in."""
        self.clerk = User.objects.create_user("c.clerk", password="secret")
        Post.objects.create(
            user=self.clerk, person="A. Chair", role="independent chair", body="wscb"
        )
        self.client.login(username="c.clerk", password="secret")

    def opened(self, name: str, **fields: str) -> str:
        """Open a review by its form; return its stream."""
        review = {"on": "2018-01-25", "review": f"wscb/{name}", "kind": "lga-peer", "title": name}
        self.answer = self.client.post("/decide/OpenReview", {**review, **fields})
        return f"review-wscb/{name}"

    def test_nobody_unknown_sees_anything(self) -> None:
        """They are sent to sign in."""
        self.client.logout()
        for path in ("/", "/streams/review-wscb/any", "/decide/OpenReview"):
            self.assertIn("/accounts/login/", self.client.get(path).headers["Location"])

    def test_whoever_holds_no_post_decides_and_reads_nothing(self) -> None:
        """A user of the system is nobody on a board until somebody says so."""
        stream = self.opened("post")
        Post.objects.all().delete()
        self.assertEqual(403, self.client.get("/decide/OpenReview").status_code)
        self.assertEqual(403, self.client.get(f"/streams/{stream}").status_code)
        self.assertNotContains(self.client.get("/"), stream)

    def test_a_decision_is_recorded_with_its_notice(self) -> None:
        """Who decided is the chair; who entered it, the clerk."""
        stream = self.opened("peer", title="Peer review")
        self.assertRedirects(self.answer, f"/streams/{stream}")
        (record,) = log().unredacted().history(stream)
        self.assertEqual(("A. Chair", "c.clerk"), (record.event.by.person, record.entered_by))
        self.assertEqual([stream], [notice.stream for notice in Notice.objects.all()])
        self.assertContains(self.client.get("/?text=peer+review&category=review"), stream)
        self.opened("peer", title="Peer review")
        self.assertEqual(1, Notice.objects.count())  # said twice, recorded once, told once

    def test_a_wrong_value_is_told_beside_its_field(self) -> None:
        """Nothing is recorded, and what was filled in is still there."""
        self.opened("wrong", review="wscb/", title="Still there")
        self.assertContains(self.answer, 'id="id_review_error"', status_code=409)
        self.assertContains(self.answer, "Still there", status_code=409)

    def test_of_two_on_a_stale_page_one_is_told(self) -> None:
        """They see what was recorded meanwhile, and may decide again."""
        stream = self.opened("stale")
        seen = {"on": "2018-02-01", "stream": stream, "entry": "1", "seen": "1"}
        first, second = (
            self.client.post("/decide/VoidEntry", {**seen, "reasons": reasons})
            for reasons in ("An inspection", "Never agreed")
        )
        self.assertEqual(302, first.status_code)
        self.assertContains(second, "EntryVoided", status_code=409)
        self.assertContains(second, 'name="seen" value="2"', status_code=409)
        self.assertEqual(2, len(list(log().history(stream))))

    def test_a_decision_and_its_notice_are_both_there_or_neither(self) -> None:
        """Whichever of the two fails."""
        stream = self.opened("refused")
        self.opened("refused", title="Another")
        self.assertContains(self.answer, "review.reference-taken", status_code=409)
        self.assertEqual(1, Notice.objects.count())
        full = patch("board.models.Notice.objects.create", side_effect=OSError("full"))
        with full, self.assertRaises(OSError):
            self.opened("no-notice")
        self.assertEqual([], list(log().history("review-wscb/no-notice")))
        self.assertEqual(1, len(list(log().history(stream))))

    def test_every_command_has_its_form(self) -> None:
        """As many as there are."""
        for name in log().mapper.registry.commands:
            self.assertContains(self.client.get(f"/decide/{name}"), f"<h1>{name}</h1>")
