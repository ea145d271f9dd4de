"""Why something was refused, parked or flagged: a code for machines, a Vietnamese sentence for the clerk.

The sentences are gettext message ids (source language Vietnamese); whoever shows them translates with the language
of its reader. `%(name)s` placeholders are filled from the reason's parameters. A sentence says what is wrong and what
to do about it, in words a postal employee uses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from khoso.kernel.phrases import PHRASES, called, retold

Param = str | int | float


class ReasonCode(StrEnum):
    """Machine names of reasons. A name is never reused for another meaning."""

    # What a file is
    UNKNOWN_FORMAT = "unknown_format"
    FORMAT_NOT_ACCEPTED = "format_not_accepted"
    EMPTY_FILE = "empty_file"
    NOT_A_PDF = "not_a_pdf"
    DAMAGED = "damaged"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    DECOMPRESSION_BOMB = "decompression_bomb"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    DECODER_CRASHED = "decoder_crashed"
    ACTIVE_CONTENT = "active_content"
    RESTRICTED = "restricted"
    NO_END_MARK = "no_end_mark"
    # How a page was captured
    TOO_COARSE = "too_coarse"
    TOO_SMALL = "too_small"
    BLANK_PAGE = "blank_page"
    ALL_BLANK = "all_blank"
    CUT_OFF = "cut_off"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    FOREIGN_COARSE = "foreign_coarse"
    # On the way
    NOTHING_READ = "nothing_read"
    SIGNATURE_INVALID = "signature_invalid"
    COMPOSE_FAILED = "compose_failed"
    SIGNING_FAILED = "signing_failed"
    NO_EMPTY_FIELD = "no_empty_field"
    DOCUMENT_LOCKED = "document_locked"
    CERTIFICATE_UNUSABLE = "certificate_unusable"
    MARK_UNPRINTABLE = "mark_unprintable"
    MARK_TOO_LONG = "mark_too_long"
    GAVE_UP = "gave_up"
    STORE_CORRUPTED = "store_corrupted"
    ALREADY_FILED = "already_filed"
    LOCKED = "locked"
    NOT_A_FILE = "not_a_file"
    CHANGED_MEANWHILE = "changed_meanwhile"
    SAME_PERSON = "same_person"
    NOT_NOW = "not_now"
    NO_SUCH_DOCUMENT = "no_such_document"
    NO_SUCH_RENDITION = "no_such_rendition"
    NO_SUCH_USER = "no_such_user"
    BAD_VALUE = "bad_value"
    VALUE_TOO_LONG = "value_too_long"
    BAD_OWNER_ID = "bad_owner_id"
    BAD_DOSSIER = "bad_dossier"
    UNKNOWN_FIELD = "unknown_field"
    WHY_NEEDED = "why_needed"
    LEGAL_BASIS_NEEDED = "legal_basis_needed"
    NOTHING_CHANGED = "nothing_changed"
    DAY_TO_COME = "day_to_come"
    BEFORE_ISSUE = "before_issue"
    VALIDITY_BEFORE = "validity_before"
    BEFORE_REPLACEMENT = "before_replacement"
    REPLACED_IN_CIRCLE = "replaced_in_circle"
    ENDS_BEFORE_ISSUE = "ends_before_issue"
    TERM_HAS_PASSED = "term_has_passed"
    NOT_A_ROOT = "not_a_root"
    WRONG_FINGERPRINT = "wrong_fingerprint"
    REPLACEMENT_NEEDED = "replacement_needed"
    BUG = "bug"
    # Who may
    NOT_ALLOWED = "not_allowed"
    NOT_SIGNED_IN = "not_signed_in"
    TOKEN_NOT_TAKEN = "token_not_taken"  # noqa: S105 - the name of a reason
    BASIS_NEEDED = "basis_needed"
    REASON_TOO_SHORT = "reason_too_short"
    GRANT_TOO_LONG = "grant_too_long"
    GRANT_HELD = "grant_held"
    GRANT_NOT_NEEDED = "grant_not_needed"
    GRANT_OVER = "grant_over"
    TOO_MANY_BROKEN = "too_many_broken"
    TOO_MANY_SAVED = "too_many_saved"
    NO_SUCH_SAVED = "no_such_saved"
    TOO_MANY_TRIES = "too_many_tries"
    IDENTITY_UNPROVEN = "identity_unproven"
    LEVEL_TOO_LOW = "level_too_low"
    IDENTITY_TAKEN = "identity_taken"
    NAME_TAKEN = "name_taken"
    NOT_ONESELF = "not_oneself"
    LAST_ADMINISTRATOR = "last_administrator"
    UNIT_DISSOLVED = "unit_dissolved"
    BEFORE_LAST_CHANGE = "before_last_change"
    BEFORE_THE_UNIT = "before_the_unit"
    BELOW_ITSELF = "below_itself"
    ROLE_HELD = "role_held"
    # Code tables
    BAD_ROW = "bad_row"
    NOT_A_LIST = "not_a_list"
    TWICE_IN_LIST = "twice_in_list"
    NO_SUCH_FIELD_NAME = "no_such_field_name"
    BAD_TIER = "bad_tier"
    ROW_CHANGED = "row_changed"
    NO_SUCH_TABLE = "no_such_table"
    # What is searched
    QUERY_TOO_LONG = "query_too_long"
    NOTHING_TO_SEARCH = "nothing_to_search"
    NO_SUCH_DAY = "no_such_day"
    DAYS_REVERSED = "days_reversed"
    NO_SUCH_TYPE = "no_such_type"
    NO_SUCH_PAGE = "no_such_page"
    NOTHING_TO_SAVE = "nothing_to_save"
    SAVED_NAME_NEEDED = "saved_name_needed"
    SAVED_NAME_TAKEN = "saved_name_taken"
    SAVED_ALREADY = "saved_already"
    BAD_REQUEST = "bad_request"
    # What an operator asks for
    BACKUP_BUSY = "backup_busy"
    BACKUP_ELSEWHERE = "backup_elsewhere"
    BACKUP_INSIDE = "backup_inside"
    BACKUP_NONE = "backup_none"
    BACKUP_UNFINISHED = "backup_unfinished"
    BACKUP_ONE_OF_THEM = "backup_one_of_them"
    NOT_A_FOLDER = "not_a_folder"
    NOT_A_KHO = "not_a_kho"
    SAME_KHO = "same_kho"
    BACKUP_TOO_NEW = "backup_too_new"
    TARGET_HAS_DOCUMENTS = "target_has_documents"
    TARGET_HAS_EVENTS = "target_has_events"
    TARGET_HAS_OBJECTS = "target_has_objects"
    TARGET_TABLES = "target_tables"
    TARGET_WORKED_ON = "target_worked_on"
    STILL_RUNNING = "still_running"


SENTENCES: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.UNKNOWN_FORMAT: "Không nhận ra loại tệp. Hãy dùng ảnh JPEG, PNG, TIFF hoặc PDF.",
        ReasonCode.FORMAT_NOT_ACCEPTED: "Tệp là %(format)s, hệ thống không nhận loại này. Hãy dùng JPEG, PNG, TIFF hoặc PDF.",
        ReasonCode.EMPTY_FILE: "Tệp rỗng. Hãy quét lại.",
        ReasonCode.NOT_A_PDF: "Tệp không phải PDF, nên không có chữ ký để kiểm tra.",
        ReasonCode.DAMAGED: "Tệp bị hỏng, không mở được (%(detail)s). Hãy quét hoặc xin lại tệp.",
        ReasonCode.NO_PAGES: "Tệp không có trang nào.",
        ReasonCode.TOO_MANY_PAGES: "Tệp có %(pages)s trang, nhiều hơn giới hạn %(limit)s. Hãy chia nhỏ tệp.",
        ReasonCode.TOO_LARGE: "Tệp nặng %(size)s, quá giới hạn %(limit)s.",
        ReasonCode.ENCRYPTED: "Tệp được khóa bằng mật khẩu. Hãy gỡ mật khẩu rồi nộp lại.",
        ReasonCode.DECOMPRESSION_BOMB: "Ảnh khai báo kích thước bất thường (%(width)s×%(height)s điểm ảnh); từ chối mở để bảo vệ hệ thống.",
        ReasonCode.TOO_SLOW: "Mở tệp mất quá %(seconds)s giây; có thể tệp bị hỏng hoặc cố ý gây treo máy.",
        ReasonCode.TOO_MUCH_MEMORY: "Mở tệp cần quá nhiều bộ nhớ (hơn %(limit)s); từ chối để bảo vệ hệ thống.",
        ReasonCode.DECODER_CRASHED: "Bộ giải mã dừng đột ngột khi mở tệp này; tệp có thể bị hỏng.",
        ReasonCode.ACTIVE_CONTENT: "Tệp chứa nội dung tự chạy hoặc tệp đính kèm (%(what)s); cần người kiểm tra.",
        ReasonCode.NO_END_MARK: (
            "Tệp ảnh JPEG thiếu dấu kết thúc, có thể do chép dở; đã kiểm tra: ảnh vẫn đủ. Bản gốc được giữ nguyên."
        ),
        ReasonCode.RESTRICTED: "Tệp mở được nhưng người lập đã khóa một số quyền (%(what)s). Bản gốc được giữ nguyên.",
        ReasonCode.TOO_COARSE: "Trang %(page)s chỉ đạt %(dpi)s dpi, quy định ít nhất %(least)s dpi. Hãy quét lại.",
        ReasonCode.TOO_SMALL: "Trang %(page)s chỉ có %(width)s×%(height)s điểm ảnh, quá nhỏ để là một trang giấy tờ. Hãy quét lại.",
        ReasonCode.BLANK_PAGE: "Trang %(page)s trắng.",
        ReasonCode.ALL_BLANK: "Mọi trang đều trắng. Hãy kiểm tra mặt giấy rồi quét lại.",
        ReasonCode.CUT_OFF: "Trang %(page)s có vẻ bị cắt mất nội dung ở mép %(edge)s.",
        ReasonCode.BLURRED: "Trang %(page)s bị mờ. Nên quét lại.",
        ReasonCode.TOO_DARK: "Trang %(page)s quá tối. Nên quét lại.",
        ReasonCode.FOREIGN_COARSE: "Trang %(page)s của bản điện tử gốc chỉ đạt %(dpi)s dpi.",
        ReasonCode.NOTHING_READ: "Không đọc được chữ nào. Hãy xem lại ảnh hoặc nhập tay.",
        ReasonCode.SIGNATURE_INVALID: "Chữ ký số trong tệp không hợp lệ (%(detail)s). Cần người xem xét.",
        ReasonCode.COMPOSE_FAILED: "Không lập được PDF hai lớp (%(detail)s).",
        ReasonCode.SIGNING_FAILED: "Ký số không thành công (%(detail)s). Có thể thử lại.",
        ReasonCode.NO_EMPTY_FIELD: "Ô ký «%(field)s» của tệp đã có chữ ký; không ký lần nữa.",
        ReasonCode.DOCUMENT_LOCKED: "Người ký trước đã khóa tệp, không cho ký thêm.",
        ReasonCode.CERTIFICATE_UNUSABLE: "Chứng thư số không dùng ký được (%(detail)s). Hãy dùng chứng thư khác.",
        ReasonCode.MARK_UNPRINTABLE: "Dấu trên tệp không in được ký tự «%(characters)s». Hãy sửa tên người hoặc tên cơ quan.",
        ReasonCode.MARK_TOO_LONG: "Nội dung dấu quá dài, không đặt vừa ô «%(field)s». Hãy rút gọn tên người hoặc tên cơ quan.",
        ReasonCode.GAVE_UP: "Bước «%(step)s» thất bại %(attempts)s lần. Lần cuối: %(detail)s",
        ReasonCode.STORE_CORRUPTED: "Dữ liệu trong kho khác với mã băm đã ghi (%(digest)s). Báo người quản trị ngay.",
        ReasonCode.ALREADY_FILED: "Tệp này đã có trong kho (hồ sơ số %(document)s).",
        ReasonCode.LOCKED: "Dữ liệu đã khóa lưu trữ đến %(until)s, không được xóa.",
        ReasonCode.NOT_A_FILE: "%(name)s không phải là tệp hoặc thư mục đọc được.",
        ReasonCode.SAME_PERSON: "Loại giấy tờ này cần hai người xác nhận; %(person)s đã xác nhận rồi, cần một người khác.",
        ReasonCode.CHANGED_MEANWHILE: "Giấy tờ vừa được người khác hoặc hệ thống thay đổi. Hãy tải lại rồi làm tiếp.",
        ReasonCode.NOT_NOW: "Không làm được việc này khi giấy tờ đang ở trạng thái «%(state)s».",
        ReasonCode.NO_SUCH_DOCUMENT: "Không tìm thấy giấy tờ %(document)s.",
        ReasonCode.NO_SUCH_RENDITION: "Giấy tờ chưa có bản «%(rendition)s».",
        ReasonCode.NO_SUCH_USER: "Không có người dùng «%(user)s».",
        ReasonCode.UNKNOWN_FIELD: "Loại giấy tờ này không có trường «%(field)s». Chưa lưu gì. Hãy xem tên các trường bằng lệnh khoso show.",
        ReasonCode.BAD_VALUE: "Giá trị «%(value)s» không hợp lệ cho trường %(field)s.",
        ReasonCode.VALUE_TOO_LONG: "Giá trị của trường %(field)s dài %(length)s ký tự, giới hạn %(limit)s. Hãy rút gọn.",
        ReasonCode.BAD_OWNER_ID: "Số định danh chủ giấy tờ «%(value)s» không đúng: %(detail)s. Hãy sửa rồi gửi lại.",
        ReasonCode.BAD_DOSSIER: "Mã hồ sơ «%(value)s» không đúng: %(detail)s. Hãy sửa rồi gửi lại.",
        ReasonCode.WHY_NEEDED: "Hãy ghi lý do, ít nhất %(least)s ký tự. Lý do được lưu cùng tên bạn.",
        ReasonCode.LEGAL_BASIS_NEEDED: "Hãy ghi căn cứ: số quyết định, điều luật hoặc văn bản làm giấy tờ này đổi hiệu lực.",
        ReasonCode.NOTHING_CHANGED: "Không có gì khác với bản đang lưu, nên không lập bản mới.",
        ReasonCode.DAY_TO_COME: "Ngày %(day)s chưa đến. Chỉ ghi được từ hôm nay trở về trước; hãy sửa ngày, hoặc ghi khi ngày ấy đến.",
        ReasonCode.BEFORE_ISSUE: "Ngày ban hành ghi trên giấy tờ là %(issued)s, nên hiệu lực không thể đổi từ ngày %(day)s, khi chưa có giấy tờ. Hãy sửa ngày; nếu ngày ban hành ghi sai, hãy sửa dữ liệu trước.",
        ReasonCode.VALIDITY_BEFORE: "Hiệu lực đang ghi là từ ngày %(day)s, sớm hơn ngày ban hành %(issued)s. Hãy sửa ngày của hiệu lực trước, rồi sửa ngày ban hành.",
        ReasonCode.BEFORE_REPLACEMENT: "Giấy tờ thay thế ban hành %(issued)s, nên không thể thay từ ngày %(day)s, khi chưa có nó. Hãy sửa ngày, hoặc chọn giấy tờ thay thế khác.",
        ReasonCode.REPLACED_IN_CIRCLE: "Giấy tờ ấy không thể thay giấy tờ này: chính nó đang được ghi là bị giấy tờ này thay, trực tiếp hoặc qua giấy tờ khác. Nếu lần ghi trước sai, hãy sửa hiệu lực của giấy tờ ấy trước.",
        ReasonCode.ENDS_BEFORE_ISSUE: "Thời hạn %(value)s sớm hơn ngày ban hành %(issued)s. Một trong hai ngày ghi sai; hãy đối chiếu với giấy rồi sửa.",
        ReasonCode.TERM_HAS_PASSED: "Thời hạn của giấy tờ đã hết ngày %(day)s, không thể ghi là còn hiệu lực. Nếu thời hạn ghi sai, hãy sửa dữ liệu trước.",
        ReasonCode.REPLACEMENT_NEEDED: "Không tìm thấy giấy tờ thay thế «%(document)s» trong số giấy tờ đã lưu kho mà bạn được xem. Hãy ghi mã của nó.",
        ReasonCode.NOT_A_ROOT: "Tệp không phải là một chứng thư gốc dùng được (%(detail)s). Chưa tin gì thêm.",
        ReasonCode.WRONG_FINGERPRINT: "Dấu vân tay của tệp là %(found)s, khác với «%(given)s». Chưa tin gì thêm; hãy hỏi lại nơi phát hành.",
        ReasonCode.NOT_SIGNED_IN: "Chưa đăng nhập: hãy gửi mã truy cập của máy (Authorization: Bearer …).",
        ReasonCode.TOKEN_NOT_TAKEN: "Mã truy cập của máy không dùng được cho việc này (%(scope)s): sai, đã hết hạn, đã bị thu hồi hoặc không có phạm vi ấy.",
        ReasonCode.NOT_ALLOWED: "Tài khoản của bạn không có quyền làm việc này (%(right)s). Cần thì hỏi lãnh đạo đơn vị.",
        ReasonCode.TOO_MANY_TRIES: "Sai quá nhiều lần. Hãy thử lại sau %(minutes)s phút.",
        ReasonCode.IDENTITY_UNPROVEN: "Lời xác nhận danh tính không đúng hoặc đã quá hạn (%(detail)s). Chưa đăng nhập; hãy làm lại từ đầu.",
        ReasonCode.LEVEL_TOO_LOW: "Mức định danh «%(level)s» chưa đủ để vào kho. Hãy nâng mức tài khoản ở %(provider)s rồi đăng nhập lại.",
        ReasonCode.IDENTITY_TAKEN: "Danh tính này đã nối với tài khoản «%(user)s». Chưa đổi gì; gỡ nối ở tài khoản ấy trước.",
        ReasonCode.NAME_TAKEN: "Đã có tài khoản «%(user)s». Hãy chọn tên đăng nhập khác, hoặc mở tài khoản ấy.",
        ReasonCode.NOT_ONESELF: "Không ai tự giao quyền hay tự bỏ mã xác thực cho chính mình. Hãy nhờ một quản trị khác.",
        ReasonCode.LAST_ADMINISTRATOR: "Đây là quản trị cuối cùng còn đăng nhập được. Hãy có một quản trị khác trước.",
        ReasonCode.UNIT_DISSOLVED: "Đơn vị «%(unit)s» đã giải thể; nay là «%(heir)s». Chưa đổi gì; hãy chọn đơn vị còn hoạt động.",
        ReasonCode.BEFORE_LAST_CHANGE: "Đơn vị đã đổi lần cuối từ ngày %(last)s; không đổi thêm được từ ngày %(day)s, sớm hơn lần ấy. Hãy chọn từ ngày %(last)s trở đi.",
        ReasonCode.BEFORE_THE_UNIT: "Đơn vị «%(unit)s» có từ ngày %(first)s, chưa có vào ngày %(day)s. Hãy chọn từ ngày %(first)s trở đi.",
        ReasonCode.BELOW_ITSELF: "«%(unit)s» không thể thuộc «%(parent)s»: đơn vị ấy là chính nó hoặc thuộc nó (vào ngày %(day)s). Hãy chọn đơn vị khác.",
        ReasonCode.ROLE_HELD: "Tài khoản «%(user)s» đã có vai trò «%(role)s» ở đó từ %(since)s. Chưa giao gì; hãy kết thúc vai trò ấy trước, hoặc chọn những ngày khác.",
        ReasonCode.TOO_MANY_SAVED: "Bạn đã lưu %(limit)s tìm kiếm, không lưu thêm được. Hãy xóa bớt ở trang Tìm kiếm.",
        ReasonCode.NO_SUCH_SAVED: "Không có tìm kiếm đã lưu này trong số của bạn.",
        ReasonCode.BASIS_NEEDED: "Hãy ghi lý do hoặc căn cứ, ít nhất 10 ký tự; lượt xem này được lưu lại.",
        ReasonCode.REASON_TOO_SHORT: "Hãy ghi lý do, ít nhất %(least)s ký tự; lý do được lưu cùng tên bạn. Chưa làm gì.",
        ReasonCode.GRANT_TOO_LONG: "Quyền xem mở nhiều nhất %(most)s ngày; bạn ghi %(asked)s. Chưa cấp gì; hãy giảm số ngày, khi hết hạn cần thì cấp lại.",
        ReasonCode.GRANT_HELD: "«%(user)s» đang có quyền xem giấy tờ này đến %(until)s. Chưa cấp gì; muốn đổi hạn thì thu hồi quyền ấy trước.",
        ReasonCode.GRANT_NOT_NEEDED: "«%(user)s» đã xem được giấy tờ này theo vai trò của mình, không cần cấp. Chưa cấp gì.",
        ReasonCode.GRANT_OVER: "Quyền xem này đã hết hoặc đã được thu hồi, không còn mở gì.",
        ReasonCode.TOO_MANY_BROKEN: "Bạn đã mở khẩn cấp %(most)s lần trong 24 giờ, không mở thêm được. Hãy gọi lãnh đạo đơn vị giữ giấy tờ để được cấp quyền xem.",
        ReasonCode.BAD_ROW: "Dòng %(row)s của bảng «%(table)s» không dùng được (%(detail)s). Chưa dòng nào được ghi.",
        ReasonCode.NOT_A_LIST: "Trường «%(field)s» cần một danh sách như %(example)s; «%(value)s» không hợp.",
        ReasonCode.TWICE_IN_LIST: "Trường «%(field)s» ghi «%(value)s» hai lần. Hãy bỏ bớt một.",
        ReasonCode.NO_SUCH_FIELD_NAME: "Trường «%(field)s»: loại giấy tờ này không có trường tên «%(value)s». Các tên dùng được: %(known)s.",
        ReasonCode.BAD_TIER: "Trường «%(field)s»: bậc «%(value)s» không hợp. Mỗi bậc là [đến trang, đồng mỗi trang], số trang tăng dần, riêng bậc cuối ghi null thay số trang, ví dụ %(example)s; hoặc mỗi dòng một bậc: «2: 2000», dòng cuối «*: 1000».",
        ReasonCode.ROW_CHANGED: "Dòng này đã được người khác đổi trong lúc bạn xem: %(changes)s. Chưa lưu gì; hãy xem lại rồi lưu.",
        ReasonCode.NO_SUCH_TABLE: "Không có bảng danh mục «%(table)s». Các bảng: %(known)s.",
        ReasonCode.QUERY_TOO_LONG: "Câu tìm quá dài (giới hạn %(limit)s). Hãy giữ lại những từ chính.",
        ReasonCode.NOTHING_TO_SEARCH: "Câu tìm không có chữ hay số nào. Hãy gõ từ, số giấy tờ hoặc tên người.",
        ReasonCode.NO_SUCH_DAY: "Không có ngày «%(value)s» trên lịch. Hãy gõ ngày như 7/2/2025, tháng như 2/2025 hoặc năm như 2025.",
        ReasonCode.DAYS_REVERSED: "Từ ngày %(since)s đến ngày %(until)s: ngày đầu sau ngày cuối. Hãy đổi lại một trong hai.",
        ReasonCode.NO_SUCH_TYPE: "Không có loại giấy tờ nào tên «%(value)s». Hãy gõ một phần tên của loại, ví dụ loại:khai sinh; muốn tìm như từ thường thì đặt trong ngoặc kép.",
        ReasonCode.NO_SUCH_PAGE: "Không có trang kết quả này (after=%(value)s). Hãy tìm lại từ trang đầu.",
        ReasonCode.NOTHING_TO_SAVE: "Chưa lưu gì: tìm kiếm này chưa hỏi gì. Hãy gõ từ hoặc chọn bộ lọc, tìm, rồi lưu.",
        ReasonCode.SAVED_NAME_NEEDED: "Chưa lưu gì: hãy đặt tên cho tìm kiếm, để lần sau nhận ra nó.",
        ReasonCode.SAVED_NAME_TAKEN: "Chưa lưu gì: bạn đã có tìm kiếm tên «%(name)s». Hãy đặt tên khác, hoặc chọn thay tìm kiếm cũ.",
        ReasonCode.SAVED_ALREADY: "Chưa lưu gì: tìm kiếm này đã được lưu với tên «%(name)s». Hãy mở, hoặc đổi tên nó ở trang Tìm kiếm.",
        ReasonCode.BAD_REQUEST: "Yêu cầu không đúng ở: %(where)s. Chưa làm gì; hãy xem mô tả tại /api/v1/openapi.json rồi gửi lại.",
        ReasonCode.BACKUP_BUSY: "Một lần sao lưu khác đang ghi vào %(folder)s. Hãy đợi nó xong rồi chạy lại.",
        ReasonCode.BACKUP_ELSEWHERE: "Kho đang được sao lưu vào một thư mục khác. Hãy đợi lần đó xong rồi chạy lại.",
        ReasonCode.BACKUP_INSIDE: "%(folder)s nằm trong chính kho. Hãy sao lưu ra nơi khác, tốt nhất là một ổ đĩa khác.",
        ReasonCode.BACKUP_NONE: "%(folder)s không có bản sao lưu nào hoàn chỉnh. Hãy kiểm tra lại đường dẫn.",
        ReasonCode.BACKUP_UNFINISHED: "%(folder)s chỉ có bản sao lưu dở dang (%(name)s): lần sao lưu ấy bị ngắt giữa chừng, không khôi phục được. Hãy chạy lại «khoso backup» ở kho cũ; phần đã chép vẫn còn.",
        ReasonCode.BACKUP_ONE_OF_THEM: "%(folder)s là một bản trong thư mục sao lưu, còn byte của giấy tờ nằm ở ngoài. Hãy chạy «khoso restore %(parent)s --generation %(name)s».",
        ReasonCode.NOT_A_FOLDER: "%(path)s là một tệp, không phải thư mục. Chưa ghi gì; hãy chọn một thư mục.",
        ReasonCode.NOT_A_KHO: "%(folder)s không phải thư mục của một kho Khoso (%(detail)s). Chưa làm gì; hãy kiểm tra lại đường dẫn.",
        ReasonCode.SAME_KHO: "%(home)s vừa là kho cũ vừa là kho mới. Hãy chọn kho mới bằng --home hoặc KHOSO_CONFIG.",
        ReasonCode.BACKUP_TOO_NEW: "Bản sao lưu do phiên bản mới hơn (%(version)s) tạo ra. Hãy cài phiên bản đó rồi khôi phục.",
        ReasonCode.TARGET_HAS_DOCUMENTS: "Kho đích đã có %(count)s giấy tờ, không ghi đè. Hãy khôi phục vào một kho trống.",
        ReasonCode.TARGET_HAS_EVENTS: "Nhật ký của kho đích đã có %(count)s sự kiện, không ghi đè. Hãy khôi phục vào một kho trống.",
        ReasonCode.TARGET_HAS_OBJECTS: "Kho đích đã có %(count)s đối tượng lạ, không ghi đè. Hãy khôi phục vào một kho trống.",
        ReasonCode.TARGET_TABLES: "Cơ sở dữ liệu đích đã có bảng của phiên bản khác (%(detail)s). Hãy tạo cơ sở dữ liệu mới, trống.",
        ReasonCode.TARGET_WORKED_ON: "Kho đích đang có tiến trình xử lý chạy. Chưa khôi phục gì; hãy dừng «khoso serve» hoặc «khoso worker» ở đó (vừa tắt đột ngột thì đợi nửa phút) rồi chạy lại.",
        ReasonCode.STILL_RUNNING: "Kho %(home)s còn đang chạy. Hãy dừng «khoso serve» ở đó rồi chạy lại.",
        ReasonCode.BUG: "Lỗi của chương trình ở bước «%(step)s» (%(detail)s). Dữ liệu vẫn còn nguyên; báo người quản trị.",
    }
)

NOTHING_GIVEN = "Chưa điền «%(field)s». Hãy điền rồi làm lại."
"""The sentence of a value that is not valid because there is none."""
EXPECTED = "«%(value)s» không hợp lệ ở ô «%(field)s»: cần %(expected)s."
"""The sentence of a value that is not valid where it is known what would be: `expected` is one of the phrases."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with what its sentence needs. `params` holds plain scalars only, so that it survives JSON."""

    code: ReasonCode
    params: Mapping[str, Param] = field(default_factory=dict)

    def sentence(self, say: Callable[[str], str] = str) -> str:
        """The sentence: in Vietnamese, or in the language `say` (a gettext) translates into."""
        params = {
            name: retold(called(name, value, say), PHRASES, say) if isinstance(value, str) else value
            for name, value in self.params.items()
        }
        return say(self._template()) % params

    def _template(self) -> str:
        if self.code is ReasonCode.BAD_VALUE and self.params.get("value") == "":
            return NOTHING_GIVEN
        return EXPECTED if self.code is ReasonCode.BAD_VALUE and "expected" in self.params else SENTENCES[self.code]

    def to_json(self) -> dict[str, object]:
        return {"code": self.code.value, "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Reason":
        params = data.get("params")
        return cls(ReasonCode(str(data["code"])), dict(params) if isinstance(params, Mapping) else {})
