"""English function words: they stand in nearly every caption and name nothing that can be seen.

Words as `tokenize` cuts them: lower case, and contractions in pieces (`isn't` gives `isn` and `t`). Numbers,
colours and words of place such as `outside` are kept out of the list, and so are `little` and `mine`: a query
can mean them.
"""

__all__ = ["STOP_WORDS"]

_ARTICLES = "a an the"
_DEMONSTRATIVES = "this that these those such same"
_PERSONAL = "i me we us you he him she her it they them"
_POSSESSIVE = "my our ours your yours his hers its their theirs"
_REFLEXIVE = "myself ourselves yourself yourselves himself herself itself themselves oneself"
_ASKING = "who whom whose which what when where why how whether"
_INDEFINITE = "some any each every either neither both all none other others another something anything"
_AMOUNTS = "few fewer less least many more most much several enough"
_TO_BE = "am is are was were be been being"
_TO_HAVE_AND_DO = "has have had having do does did doing done"
_MODAL = "can could may might must shall should will would ought"
_CONTRACTED = "s t d m ll re ve isn aren wasn weren hasn haven hadn don doesn didn won wouldn couldn shouldn"
_CONJUNCTIONS = "and or but nor so yet if unless because since although though while as than then"
_PREPOSITIONS = (
    "of in on at by to from with without for into onto out off over under up down about above below across "
    "after against along among around before behind beside between beyond during through toward towards "
    "upon within near per via"
)
_ADVERBS = (
    "not no only just also too very quite rather even ever never still already again here there now often "
    "once always else almost perhaps however"
)

STOP_WORDS = frozenset(
    " ".join(
        (
            _ARTICLES,
            _DEMONSTRATIVES,
            _PERSONAL,
            _POSSESSIVE,
            _REFLEXIVE,
            _ASKING,
            _INDEFINITE,
            _AMOUNTS,
            _TO_BE,
            _TO_HAVE_AND_DO,
            _MODAL,
            _CONTRACTED,
            _CONJUNCTIONS,
            _PREPOSITIONS,
            _ADVERBS,
        )
    ).split()
)
"""The list as a set."""
