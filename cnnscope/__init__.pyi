from cnnscope.api import explain as explain
from cnnscope.api import score as score
from cnnscope.explanation import Explanation as Explanation
