"""Whether two records are about one person: cleaning, comparing, weighing, and three answers: join, do not join, a person must look.

Knows no Django and no database of ours: records come in as tables, pairs with their reasons go out. What is done with an answer is not
decided here: `people` joins, a person reviews. Nothing here reads nationality as more than weak evidence, or orders anybody by it.
"""
